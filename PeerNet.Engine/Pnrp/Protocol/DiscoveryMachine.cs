using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// Finds other nodes of one cloud: remembered addresses, SSDP, seeds (MS-PNRP 3.1.4.2). A search by SSDP goes out with
/// the first step already, so that stale addresses delay nothing.
/// </summary>
internal sealed class DiscoveryMachine : IMachine<DiscoveryEffect>
{
    /// <summary>How long a search waits for answers.</summary>
    public static readonly TimeSpan SearchTime = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a cloud that is on this machine alone counts as being searched: nobody spreads answers there, and one
    /// that is late still counts.</summary>
    public static readonly TimeSpan LocalSearchTime = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a seed has for its answer: one second, and one more after the resend (MS-PNRP 3.1.2).</summary>
    private static readonly TimeSpan SeedTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SearchInterval = TimeSpan.FromSeconds(2);

    private readonly EffectList<DiscoveryEffect> _effects = new();
    private readonly Ssdp _ssdp;
    private IReadOnlyList<SeedAddress> _seeds = [];
    private IReadOnlyList<PnrpEndpoint>?[] _resolved = [];
    private TimeSpan _searchDue = TimeSpan.MaxValue;
    private TimeSpan? _lastSearch;
    private bool _isResolving;
    private int _nextSeed;

    /// <param name="suite">The suite of the cloud.</param>
    /// <param name="scope">How far it reaches.</param>
    /// <param name="random">Chance.</param>
    public DiscoveryMachine(SuiteAlgorithms suite, PeerCloudScope scope, IRandomSource random) =>
        _ssdp = new(suite, scope, random, _effects);

    /// <summary>What nodes of the cloud search for (MS-PNRP 3.1.4.2.2).</summary>
    public string Target => _ssdp.Target;

    /// <summary>When <see cref="Advance"/> is wanted; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDue => _searchDue < _ssdp.NextDue ? _searchDue : _ssdp.NextDue;

    /// <summary>Takes what is to be done since the last call, in order.</summary>
    public IReadOnlyList<DiscoveryEffect> TakeEffects() => _effects.Take();

    /// <summary>Does what has come due.</summary>
    public void Advance(Moment now)
    {
        _ssdp.Advance(now);
        if (now.Elapsed >= _searchDue)
        {
            EndSearch();
        }
    }

    /// <summary>Searches and answers on the links that there are now.</summary>
    /// <param name="now">When.</param>
    /// <param name="links">The links.</param>
    /// <param name="addresses">The addresses of this node.</param>
    /// <param name="machineAddresses">All that this machine has in the cloud's scope.</param>
    public void SetNetwork(
        Moment now,
        IReadOnlyList<MulticastPlace> links,
        IReadOnlyList<IPAddress> addresses,
        IReadOnlyList<IPAddress> machineAddresses) => _ssdp.SetNetwork(links, addresses, machineAddresses);

    /// <summary>Replaces the seeds.</summary>
    public void SetSeeds(Moment now, IReadOnlyList<SeedAddress> seeds)
    {
        (_seeds, _resolved) = (seeds, []);
        if (_isResolving)
        {
            ResolveSeeds();
        }
    }

    /// <summary>Takes one step; what it finds and its end are effects.</summary>
    public void Run(Moment now, DiscoveryStep step)
    {
        switch (step)
        {
            case DiscoveryStep.CachedAddresses:
                _effects.Add(new DiscoveryEffect.Remember());
                break;
            case DiscoveryStep.Multicast:
                (_lastSearch, _searchDue) = (now.Elapsed, now.Elapsed + (_ssdp.IsLocal ? LocalSearchTime : SearchTime));
                _ssdp.Search();
                break;
            default:
                ResolveSeeds();
                break;
        }
    }

    /// <summary>Searches the link and asks a seed, unless that is so recent that it would find the same.</summary>
    /// <returns>How long it takes to hear from whoever is there: what is left of a recent search, or zero.</returns>
    public TimeSpan LookAround(Moment now)
    {
        if (_lastSearch is { } last && now.Elapsed - last < SearchInterval)
        {
            TimeSpan left = last + SearchTime - now.Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        Run(now, DiscoveryStep.Multicast);
        if (_seeds.Count == 0)
        {
            return SearchTime;
        }

        Run(now, DiscoveryStep.Seeds);
        return SeedTime;
    }

    /// <summary>These endpoints were used last.</summary>
    public void Remembered(Moment now, IReadOnlyList<PnrpEndpoint> endpoints)
    {
        if (endpoints.Count > 0)
        {
            _ssdp.Search();
        }

        End(DiscoveryStep.CachedAddresses, endpoints);
    }

    /// <summary>A seed has these endpoints that this cloud can reach.</summary>
    public void SeedResolved(Moment now, SeedAddress seed, IReadOnlyList<PnrpEndpoint> endpoints)
    {
        for (int i = 0; i < _resolved.Length; i++)
        {
            if (_seeds[i] == seed)
            {
                _resolved[i] = endpoints;
            }
        }

        if (_isResolving && !_resolved.Contains(null))
        {
            EndResolving();
        }
    }

    /// <summary>Another process of this machine listens at these endpoints.</summary>
    public void NeighboursFound(Moment now, IReadOnlyList<PnrpEndpoint> endpoints) =>
        End(DiscoveryStep.Multicast, endpoints);

    /// <summary>A message has come on a link, or to an address of it.</summary>
    public void Heard(Moment now, MulticastPlace link, IPEndPoint source, ReadOnlySpan<byte> message) =>
        _ssdp.Receive(now, link, source, message);

    /// <summary>Lets others find this node by SSDP while it has names (MS-PNRP 3.2.4.1).</summary>
    public void Publish(Moment now, int port) => _ssdp.Publish(port);

    /// <summary>Ends what <see cref="Publish"/> began (MS-PNRP 3.2.4.2).</summary>
    public void Withdraw(Moment now) => _ssdp.Withdraw();

    // A machine without multicast: another process of it may have the port that this one did not get.
    private void EndSearch()
    {
        _searchDue = TimeSpan.MaxValue;
        if (_ssdp.FoundCount == 0)
        {
            _effects.Add(new DiscoveryEffect.FindNeighbours());
        }
        else
        {
            End(DiscoveryStep.Multicast, []);
        }
    }

    private void ResolveSeeds()
    {
        _isResolving = true;
        _resolved = new IReadOnlyList<PnrpEndpoint>?[_seeds.Count];
        foreach (SeedAddress seed in _seeds)
        {
            _effects.Add(new DiscoveryEffect.Resolve(seed));
        }

        if (_seeds.Count == 0)
        {
            EndResolving();
        }
    }

    // MS-PNRP 3.1.4.2.1: one seed address at a time, each time the next.
    private void EndResolving()
    {
        _isResolving = false;
        PnrpEndpoint[] endpoints = [.. _resolved.SelectMany(resolved => resolved!)];
        if (endpoints.Length > 0)
        {
            _effects.Add(new DiscoveryEffect.SeedsKnown(endpoints));
            _nextSeed = _nextSeed >= endpoints.Length ? 0 : _nextSeed;
            End(DiscoveryStep.Seeds, [endpoints[_nextSeed++]]);
        }
        else
        {
            End(DiscoveryStep.Seeds, []);
        }
    }

    private void End(DiscoveryStep step, IReadOnlyList<PnrpEndpoint> found)
    {
        foreach (PnrpEndpoint endpoint in found)
        {
            _effects.Add(new DiscoveryEffect.Found(endpoint, IsHeard: false));
        }

        _effects.Add(new DiscoveryEffect.Completed(step));
    }
}
