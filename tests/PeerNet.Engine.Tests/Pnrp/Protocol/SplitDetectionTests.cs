using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Simulation;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>What a search from elsewhere says of the cloud (MS-PNRP 3.2.6.2.1, 3.2.5.11.1), alone.</summary>
public sealed class SplitDetectionTests : IDisposable
{
    private readonly PnrpId _target = Machine.IdAt(0.25);
    private readonly PnrpContext _context = new(SuiteAlgorithms.Modern, new SeededRandomSource(5));
    private readonly PeerPrivateKey _key = PeerPrivateKey.Generate(PeerSuite.Modern);
    private readonly SplitDetection _splits;

    public SplitDetectionTests()
    {
        var messenger = new Messenger(_context);
        var judge = new CpaJudge(_context);
        var routes = new Routes(_context, messenger, judge);
        var resolving = new Resolving(_context, messenger, routes, judge);
        var discovery = new DiscoverySteps(_context, messenger, routes, state => _context.State = state);
        _splits = new(_context, resolving, discovery);
        _context.Now = new(TimeSpan.FromHours(1), default);
        (_context.State, _context.Own) = (PeerCloudState.Active, new([Machine.Local]));
    }

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Without_a_name_there_is_nothing_to_test_with()
    {
        _splits.Detect(seed: null);

        Assert.Equal([SplitVerdict.Unknown], Verdicts());
    }

    [Fact]
    public void Without_anybody_to_begin_with_nothing_is_known()
    {
        Register("a");

        _splits.Detect(seed: null);

        Assert.Equal([SplitVerdict.Unknown], Verdicts());
    }

    [Fact]
    public void A_test_begins_with_the_seeds_in_turn_and_never_with_this_node()
    {
        Register("a");
        _splits.SetSeeds([Machine.EndpointOf(7), Machine.Local, Machine.EndpointOf(8)]);

        _splits.Detect(seed: null);
        _splits.Detect(seed: null);
        _splits.Detect(seed: null);
        _splits.Detect(Machine.EndpointOf(9));

        Assert.Equal([8, 7, 8, 9], Asked());
    }

    [Fact]
    public void A_best_match_that_is_known_says_that_the_cloud_is_whole()
    {
        RouteEntry known = Know(10, _target.Next);
        Test(known);
        Assert.Equal([SplitVerdict.NotSplit], Verdicts());
    }

    [Fact]
    public void A_best_match_that_is_farther_than_what_is_known_says_that_this_is_the_bigger_part()
    {
        Know(10, _target.Next);
        Test(Machine.Route(11, Machine.IdAt(0.9)));
        Assert.Equal([SplitVerdict.InBiggerPart], Verdicts());
    }

    [Fact]
    public void A_nearer_one_that_nobody_here_knows_says_that_this_is_the_smaller_part_and_all_names_are_tested()
    {
        Registration tested = Register("a");
        Register("b");
        Register("c");
        Know(10, Machine.IdAt(0.9));
        _context.Output.Take();

        _splits.OnTested(Search(tested), Machine.Route(11, _target.Next));

        PnrpEffect[] effects = [.. _context.Output.Take()];
        Assert.Equal([SplitVerdict.InSmallerPart], Verdicts(effects));
        Assert.Equal([7, 7], Asked(effects));
    }

    [Fact]
    public void A_search_that_ends_without_a_match_says_nothing()
    {
        Test(bestMatch: null);
        Assert.Equal([SplitVerdict.Unknown], Verdicts());
    }

    private void Test(RouteEntry? bestMatch) => _splits.OnTested(Search(Register("tested")), bestMatch);

    private ResolveState Search(Registration registration) => new()
    {
        Target = _target,
        Reason = ResolveReason.SplitDetection,
        Registration = registration,
        InitialNextHop = new RouteEntry(default, 3540, [Machine.EndpointOf(7).Address]),
    };

    private Registration Register(string classifier)
    {
        _ = PeerName.TryParse($"0.{classifier}", out PeerName? name);
        var registration = new Registration(new LocalName(_key, name!, 1, 5, new LocalNamePayload { Text = "x" }));
        _context.Registrations.Add(registration.Id, registration);
        return registration;
    }

    private RouteEntry Know(int host, PnrpId id)
    {
        RouteEntry entry = Machine.Route(host, id);
        _context.Cache.Add(entry, _context.Now.Elapsed);
        return entry;
    }

    private SplitVerdict[] Verdicts(IReadOnlyList<PnrpEffect>? effects = null) =>
        [.. (effects ?? _context.Output.Take()).Select(effect => effect.News).OfType<PnrpNews.SplitTested>().Select(tested => tested.Verdict)];

    /// <summary>The hosts that LOOKUPs have gone to.</summary>
    private int[] Asked(IReadOnlyList<PnrpEffect>? effects = null) =>
    [
        .. (effects ?? _context.Output.Take()).Where(effect => effect.News is null)
            .Select(effect => (int)(uint)effect.Destination.Address),
    ];
}
