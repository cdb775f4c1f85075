using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>What a search from elsewhere says of the cloud (MS-PNRP 3.2.6.2.1, 3.2.5.11.1), alone.</summary>
public sealed class SplitDetectionTests : IDisposable
{
    private readonly PnrpId _target = Machine.IdAt(0.25);
    private readonly Parts _parts = new();
    private readonly PeerPrivateKey _key = PeerPrivateKey.Generate(PeerSuite.Modern);

    private SplitDetection Splits => _parts.Splits;

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Without_a_name_there_is_nothing_to_test_with()
    {
        Splits.Detect(seed: null);

        Assert.Equal([SplitVerdict.Unknown], Verdicts());
    }

    [Fact]
    public void Without_anybody_to_begin_with_nothing_is_known()
    {
        Register("a");

        Splits.Detect(seed: null);

        Assert.Equal([SplitVerdict.Unknown], Verdicts());
    }

    [Fact]
    public void A_test_begins_with_the_seeds_in_turn_and_never_with_this_node()
    {
        Register("a");
        Splits.SetSeeds([Machine.EndpointOf(7), Machine.Local, Machine.EndpointOf(8)]);

        Splits.Detect(seed: null);
        Splits.Detect(seed: null);
        Splits.Detect(seed: null);
        Splits.Detect(Machine.EndpointOf(9));

        Assert.Equal([8, 7, 8, 9], _parts.Take().Hosts(PnrpMessageType.Lookup));
    }

    [Fact]
    public void A_best_match_that_is_known_says_that_the_cloud_is_whole()
    {
        RouteEntry known = _parts.Know(10, _target.Next);
        Test(known);
        Assert.Equal([SplitVerdict.NotSplit], Verdicts());
    }

    [Fact]
    public void A_best_match_that_is_farther_than_what_is_known_says_that_this_is_the_bigger_part()
    {
        _parts.Know(10, _target.Next);
        Test(Machine.Route(11, Machine.IdAt(0.9)));
        Assert.Equal([SplitVerdict.InBiggerPart], Verdicts());
    }

    [Fact]
    public void A_nearer_one_that_nobody_here_knows_says_that_this_is_the_smaller_part_and_all_names_are_tested()
    {
        Registration tested = Register("a");
        Register("b");
        Register("c");
        _parts.Know(10, Machine.IdAt(0.9));
        Splits.OnTested(Search(tested), Machine.Route(11, _target.Next));

        Parts.Wishes wishes = _parts.Take();
        Assert.Equal([SplitVerdict.InSmallerPart], wishes.News<PnrpNews.SplitTested>().Select(tested => tested.Verdict));
        Assert.Equal([7, 7], wishes.Hosts(PnrpMessageType.Lookup));
    }

    [Fact]
    public void A_search_that_ends_without_a_match_says_nothing()
    {
        Test(bestMatch: null);
        Assert.Equal([SplitVerdict.Unknown], Verdicts());
    }

    private void Test(RouteEntry? bestMatch) => Splits.OnTested(Search(Register("tested")), bestMatch);

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
        _parts.Context.Registrations.Add(registration.Id, registration);
        return registration;
    }

    private SplitVerdict[] Verdicts() => [.. _parts.Take().News<PnrpNews.SplitTested>().Select(tested => tested.Verdict)];
}
