using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Detection of cloud splits: MS-PNRP 3.2.6.2.1, 3.2.5.11.1.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="resolving">Searches for the neighbours of an own name.</param>
/// <param name="discovery">Whether other nodes are looked for anyway.</param>
internal sealed class SplitDetection(PnrpContext context, Resolving resolving, DiscoverySteps discovery)
{
    private PnrpEndpoint[] _seeds = [];
    private int _seedIndex;
    private TimeSpan _searchingUntil = TimeSpan.MinValue;

    /// <summary>Whether endpoints that discovery yields are of use: nobody is known, or a split is being looked for.</summary>
    public bool WantsPeers =>
        context.IsOpen && context.HasNetwork && (context.State != PeerCloudState.Active || context.Now.Elapsed < _searchingUntil);

    /// <summary>The seeds that tests begin with, as resolved addresses.</summary>
    public void SetSeeds(ReadOnlySpan<PnrpEndpoint> seeds)
    {
        _seeds = seeds.ToArray();
        _seedIndex = 0;
    }

    /// <summary>Tests for a split of the cloud (MS-PNRP 3.2.6.2.1). Without names there is nothing to test with.</summary>
    /// <param name="seed">Where to begin; null for a configured seed, or the node known longest.</param>
    public void Detect(PnrpEndpoint? seed)
    {
        if (context.IsOpen && context.HasNetwork && context.Registrations.Count > 0)
        {
            Registration registration = context.Registrations[context.Random.Next(context.Registrations.Count)];
            TestForSplit(registration, seed is { } endpoint ? SeedEntry(endpoint) : ChooseSplitStart(), isRepetition: false);
        }
        else
        {
            context.Tell(new PnrpNews.SplitTested(SplitVerdict.Unknown));
        }
    }

    // The whole cloud together makes a constant number of tests.
    public void MayTest()
    {
        if (context.Registrations.Count == 0)
        {
            return;
        }

        double nodes = Math.Max(1, (double)(context.EstimatedSize ?? 1) / context.Registrations.Count);
        if (context.Random.NextDouble() < PnrpLimits.SplitTestsPerPeriod / nodes)
        {
            SearchLinkWithoutSeeds();
            Registration registration = context.Registrations[context.Random.Next(context.Registrations.Count)];
            TestForSplit(registration, ChooseSplitStart(), isRepetition: false);
        }
    }

    // Nodes that appear together can pair off by multicast. Without a seed that both sides know, only multicast can show
    // them each other.
    private void SearchLinkWithoutSeeds()
    {
        if (_seeds.Length == 0 && !discovery.IsDiscovering)
        {
            _searchingUntil = context.Now.Elapsed + PnrpLimits.DiscoveryStepTimeout;
            context.Tell(new PnrpNews.Discover(DiscoveryStep.Multicast));
        }
    }

    private void TestForSplit(Registration registration, RouteEntry? start, bool isRepetition)
    {
        if (start is null)
        {
            context.Tell(new PnrpNews.SplitTested(SplitVerdict.Unknown));
            return;
        }

        resolving.Start(new ResolveState
        {
            Target = registration.Id.Next,
            Reason = ResolveReason.SplitDetection,
            Registration = registration,
            InitialNextHop = start,
            IsRepetition = isRepetition,
        });
    }

    private RouteEntry? ChooseSplitStart()
    {
        for (int i = 0; i < _seeds.Length; i++)
        {
            _seedIndex = (_seedIndex + 1) % _seeds.Length;
            if (!context.Own.Contains(_seeds[_seedIndex]))
            {
                return SeedEntry(_seeds[_seedIndex]);
            }
        }

        return context.Cache.Oldest();
    }

    private static RouteEntry SeedEntry(PnrpEndpoint seed) => new(default, seed.Port, [seed.Address]);

    private SplitVerdict Judge(PnrpId bestMatch, PnrpId target)
    {
        IdRing<CachedRoute>.Walk walk = context.Cache.NearestTo(target);
        bool knowsNearer = walk.MoveNext() && walk.Distance < bestMatch.DistanceTo(target);
        if (knowsNearer)
        {
            return SplitVerdict.InBiggerPart;
        }

        return context.Cache.Contains(bestMatch) ? SplitVerdict.NotSplit : SplitVerdict.InSmallerPart;
    }

    /// <summary>A test is over.</summary>
    /// <param name="resolve">Its search.</param>
    /// <param name="bestMatch">What that has found; null for nothing.</param>
    public void OnTested(ResolveState resolve, RouteEntry? bestMatch)
    {
        SplitVerdict verdict = bestMatch is null ? SplitVerdict.Unknown : Judge(bestMatch.Id, resolve.Target);
        context.Tell(new PnrpNews.SplitTested(verdict));
        if (verdict != SplitVerdict.InSmallerPart || resolve.IsRepetition || context.Registrations.Count == 0)
        {
            return;
        }

        int start = context.Random.Next(context.Registrations.Count);
        for (int i = 0; i < Math.Min(context.Registrations.Count, PnrpLimits.MaximumAnnouncements); i++)
        {
            Registration registration = context.Registrations[(start + i) % context.Registrations.Count];
            if (registration != resolve.Registration)
            {
                TestForSplit(registration, resolve.InitialNextHop, isRepetition: true);
            }
        }
    }
}

/// <summary>What a test for a cloud split has shown (MS-PNRP 3.2.5.11.1).</summary>
internal enum SplitVerdict
{
    /// <summary>Nobody answered, or there was nobody to ask.</summary>
    Unknown,

    /// <summary>The others know the neighbours that this node knows.</summary>
    NotSplit,

    /// <summary>There are two clouds, and this node is in the bigger one.</summary>
    InBiggerPart,

    /// <summary>There are two clouds, and this node is in the smaller one.</summary>
    InSmallerPart,
}
