using System.Net;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What administrators see of the machine.</summary>
internal sealed partial class PnrpMachine
{
    private static readonly string[] DropNames = Enum.GetNames<PnrpDropReason>();

    private readonly long[] _dropped = new long[DropNames.Length];
    private long _datagramsIn;
    private long _datagramsOut;
    private long _resolvesStarted;
    private long _resolvesFound;
    private long _lookupsSent;

    /// <summary>Estimated number of ids in the cloud (MS-PNRP 3.2.6.2.1.1), or null while no name has neighbours.</summary>
    public long? EstimatedSize
    {
        get
        {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < _registrations.Count; i++)
            {
                if (_registrations[i].Leaves.EstimateCloudSize() is { } estimate)
                {
                    sum += estimate;
                    count++;
                }
            }

            return count == 0 ? null : (long)Math.Round(sum / count);
        }
    }

    /// <summary>The counters since the machine was made.</summary>
    public PnrpStatistics GetStatistics()
    {
        var dropped = new Dictionary<string, long>();
        for (int i = 0; i < _dropped.Length; i++)
        {
            if (_dropped[i] > 0)
            {
                dropped.Add(DropNames[i], _dropped[i]);
            }
        }

        return new PnrpStatistics
        {
            DatagramsIn = _datagramsIn,
            DatagramsOut = _datagramsOut,
            Dropped = dropped,
            Resolves = _resolvesStarted,
            ResolvesFound = _resolvesFound,
            Lookups = _lookupsSent,
        };
    }

    /// <summary>The route cache as it is.</summary>
    /// <param name="scopeId">The zone that link-local addresses get.</param>
    public IReadOnlyList<PeerCacheEntry> GetCache(long scopeId = 0)
    {
        var entries = new PeerCacheEntry[_cache.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            RouteEntry entry = _cache[i].Entry;
            var endpoints = new IPEndPoint[entry.AddressCount];
            for (int j = 0; j < endpoints.Length; j++)
            {
                endpoints[j] = entry.GetEndpoint(j).ToIPEndPoint(scopeId);
            }

            entries[i] = new PeerCacheEntry(entry.Id, endpoints, _cache.LevelOf(entry.Id), _cache[i].IsLeaf);
        }

        return entries;
    }

    /// <summary>The endpoints heard of most recently, one for each node: what an address cache file keeps (note 2).</summary>
    public IReadOnlyList<PnrpEndpoint> GetRecentEndpoints(int maximum = 10)
    {
        var routes = new List<CachedRoute>(_cache.Count);
        for (int i = 0; i < _cache.Count; i++)
        {
            routes.Add(_cache[i]);
        }

        return [.. routes
            .OrderByDescending(route => route.Heard)
            .Select(route => _own.Choose(route.Entry))
            .Distinct()
            .Take(maximum)];
    }

    /// <summary>The state of a registration, or null where the id is not registered.</summary>
    public PeerRegistrationState? GetRegistrationState(PnrpId id) =>
        _registrations.TryFind(id, out int index) ? _registrations[index].State : null;

    /// <summary>How many neighbours of a registration are known: 0 to 10.</summary>
    public int GetLeafSetCount(PnrpId id) =>
        _registrations.TryFind(id, out int index) ? _registrations[index].Leaves.Count : 0;

    private void Drop(PnrpDropReason reason) => _dropped[(int)reason]++;
}
