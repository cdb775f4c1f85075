using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Detection of cloud splits: MS-PNRP 3.2.6.2.1, 3.2.5.11.1.</summary>
internal sealed partial class PnrpMachine
{
    private int _seedIndex;
    private TimeSpan _searchingUntil = TimeSpan.MinValue;

    /// <summary>Whether endpoints that discovery yields are of use: nobody is known, or a split is being looked for.</summary>
    public bool WantsPeers =>
        IsOpen && HasNetwork && (State != PeerCloudState.Active || _now.Elapsed < _searchingUntil);

    /// <summary>Tests for a split of the cloud (MS-PNRP 3.2.6.2.1). Without names there is nothing to test with.</summary>
    /// <param name="now">The time.</param>
    /// <param name="seed">Where to begin; null for a configured seed, or the node known longest.</param>
    public void DetectSplit(Moment now, PnrpEndpoint? seed)
    {
        Enter(now);
        if (IsOpen && HasNetwork && _registrations.Count > 0)
        {
            Registration registration = _registrations[_random.Next(_registrations.Count)];
            TestForSplit(registration, seed is { } endpoint ? SeedEntry(endpoint) : ChooseSplitStart(), isRepetition: false);
        }
        else
        {
            _output.Tell(new PnrpNews.SplitTested(SplitVerdict.Unknown));
        }
    }

    // The whole cloud together makes a constant number of tests.
    private void MaySplitTest()
    {
        if (_registrations.Count == 0)
        {
            return;
        }

        double nodes = Math.Max(1, (double)(EstimatedSize ?? 1) / _registrations.Count);
        if (_random.NextDouble() < _options.SplitTestsPerPeriod / nodes)
        {
            SearchLinkWithoutSeeds();
            Registration registration = _registrations[_random.Next(_registrations.Count)];
            TestForSplit(registration, ChooseSplitStart(), isRepetition: false);
        }
    }

    // Nodes that appear together can pair off by multicast. Without a seed that both sides know, only multicast can show
    // them each other.
    private void SearchLinkWithoutSeeds()
    {
        if (_seeds.Length == 0 && !IsDiscovering)
        {
            _searchingUntil = _now.Elapsed + _options.DiscoveryStepTimeout;
            _output.Tell(new PnrpNews.Discover(DiscoveryStep.Multicast));
        }
    }

    private void TestForSplit(Registration registration, RouteEntry? start, bool isRepetition)
    {
        if (start is null)
        {
            _output.Tell(new PnrpNews.SplitTested(SplitVerdict.Unknown));
            return;
        }

        Start(new ResolveState
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
            if (!_own.Contains(_seeds[_seedIndex]))
            {
                return SeedEntry(_seeds[_seedIndex]);
            }
        }

        return _cache.Oldest();
    }

    private static RouteEntry SeedEntry(PnrpEndpoint seed) => new(default, seed.Port, [seed.Address]);

    private void EndSplitTest(ResolveState resolve, RouteEntry bestMatch)
    {
        resolve.IsOver = true;
        OnSplitTested(resolve, Judge(bestMatch.Id, resolve.Target));
    }

    private SplitVerdict Judge(PnrpId bestMatch, PnrpId target)
    {
        IdRing<CachedRoute>.Walk walk = _cache.NearestTo(target);
        bool knowsNearer = walk.MoveNext() && walk.Distance < bestMatch.DistanceTo(target);
        if (knowsNearer)
        {
            return SplitVerdict.InBiggerPart;
        }

        return _cache.Contains(bestMatch) ? SplitVerdict.NotSplit : SplitVerdict.InSmallerPart;
    }

    private void OnSplitTested(ResolveState resolve, SplitVerdict verdict)
    {
        _output.Tell(new PnrpNews.SplitTested(verdict));
        if (verdict != SplitVerdict.InSmallerPart || resolve.IsRepetition || _registrations.Count == 0)
        {
            return;
        }

        int start = _random.Next(_registrations.Count);
        for (int i = 0; i < Math.Min(_registrations.Count, _options.MaximumAnnouncements); i++)
        {
            Registration registration = _registrations[(start + i) % _registrations.Count];
            if (registration != resolve.Registration)
            {
                TestForSplit(registration, resolve.InitialNextHop, isRepetition: true);
            }
        }
    }
}
