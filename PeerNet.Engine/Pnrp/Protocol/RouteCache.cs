using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// The Route Entry Cache (MS-PNRP 3.2.1.1): all leaf-set entries, and beside them at most one entry for each slot of
/// <see cref="CacheLevels"/> around the centres, which are ids of this node. So its size is bounded by
/// centres × levels × slots + leaf sets, whatever others send.
/// </summary>
internal sealed class RouteCache
{
    private readonly IdRing<CachedRoute> _ring = new();
    private readonly List<PnrpId> _centres = [];

    public int Count => _ring.Count;

    /// <summary>Entries added since the cache was made; tells whether looking into gaps was worth it.</summary>
    public long Additions { get; private set; }

    /// <summary>The ids around which the cache is denser.</summary>
    public IReadOnlyList<PnrpId> Centres => _centres;

    public ref CachedRoute this[int index] => ref _ring[index];

    public IdRing<CachedRoute>.Walk NearestTo(PnrpId target) => _ring.NearestTo(target);

    public bool Contains(PnrpId id) => _ring.Contains(id);

    public RouteEntry? Find(PnrpId id) => _ring.TryFind(id, out int index) ? _ring[index].Entry : null;

    /// <summary>Whether an entry outside the leaf sets would be kept: its slot is empty.</summary>
    public bool Wants(PnrpId id) => !HasEntryIn(SlotOf(id));

    /// <summary>Whether any entry lies in a slot.</summary>
    public bool HasEntryIn(CacheSlot slot)
    {
        if (_ring.Count == 0)
        {
            return false;
        }

        int bound = _ring.LowerBound(slot.Start);
        return slot.Contains(_ring.IdAt(bound < _ring.Count ? bound : 0));
    }

    /// <summary>Keeps an entry whose node has just answered, or replaces the one with its id.</summary>
    public void Add(RouteEntry entry, TimeSpan now)
    {
        if (_ring.TryFind(entry.Id, out int index))
        {
            ref CachedRoute route = ref _ring[index];
            route.Entry = entry;
            route.Heard = route.Checked = now;
            return;
        }

        _ring.Add(entry.Id, new CachedRoute { Entry = entry, Added = now, Heard = now, Checked = now });
        Additions++;
    }

    public bool Remove(PnrpId id)
    {
        if (!_ring.TryFind(id, out int index))
        {
            return false;
        }

        _ring.RemoveAt(index);
        return true;
    }

    /// <summary>The node behind an entry has answered.</summary>
    public void Touch(PnrpId id, TimeSpan now)
    {
        if (_ring.TryFind(id, out int index))
        {
            ref CachedRoute route = ref _ring[index];
            route.Heard = route.Checked = now;
        }
    }

    /// <summary>A leaf set holds the entry now: it stays whatever its slot.</summary>
    public void Retain(PnrpId id)
    {
        if (_ring.TryFind(id, out int index))
        {
            _ring[index].LeafReferences++;
        }
    }

    /// <summary>A leaf set holds the entry no longer: it stays only where its slot has no other.</summary>
    public void Release(PnrpId id)
    {
        if (_ring.TryFind(id, out int index) && --_ring[index].LeafReferences == 0)
        {
            RemoveSurplus(index);
        }
    }

    /// <summary>Moves the centres and drops what has become surplus.</summary>
    public void SetCentres(ReadOnlySpan<PnrpId> centres)
    {
        _centres.Clear();
        _centres.AddRange(centres);
        for (int i = _ring.Count - 1; i >= 0; i--)
        {
            RemoveSurplus(i);
        }
    }

    /// <summary>Empties the cache but for the leaf sets.</summary>
    public void Flush()
    {
        for (int i = _ring.Count - 1; i >= 0; i--)
        {
            if (!_ring[i].IsLeaf)
            {
                _ring.RemoveAt(i);
            }
        }
    }

    public void Clear() => _ring.Clear();

    /// <summary>The nearest entry going up or down the circle from an id, passing over some nodes.</summary>
    public RouteEntry? Neighbour(PnrpId id, bool upwards, PnrpEndpointList excluded)
    {
        if (_ring.Count == 0)
        {
            return null;
        }

        int bound = _ring.LowerBound(id);
        int index = upwards ? (bound < _ring.Count ? bound : 0) : _ring.Down(bound);
        for (int i = 0; i < _ring.Count; i++)
        {
            RouteEntry entry = _ring[index].Entry;
            if (entry.Id != id && !excluded.ContainsAny(entry))
            {
                return entry;
            }

            index = upwards ? _ring.Up(index) : _ring.Down(index);
        }

        return null;
    }

    /// <summary>Ids spread evenly over the circle, for an ADVERTISE (MS-PNRP 3.2.5.3).</summary>
    /// <returns>How many ids <paramref name="destination"/> has received.</returns>
    public int Sample(Span<PnrpId> destination, IRandomSource random)
    {
        int count = 0;
        UInt128 start = random.NextBits128();
        UInt128 step = UInt128.MaxValue / (UInt128)destination.Length;
        for (int i = 0; i < destination.Length; i++)
        {
            IdRing<CachedRoute>.Walk walk = _ring.NearestTo(new PnrpId(start + (step * (UInt128)i), default));
            while (walk.MoveNext())
            {
                PnrpId id = _ring.IdAt(walk.Index);
                if (!destination[..count].Contains(id))
                {
                    destination[count++] = id;
                    break;
                }
            }
        }

        return count;
    }

    /// <summary>The entry whose node has been silent and unasked for longest; it counts as asked from now on.</summary>
    public RouteEntry? TakeStalest(bool leaf, TimeSpan now, TimeSpan minimumAge)
    {
        int stalest = -1;
        for (int i = 0; i < _ring.Count; i++)
        {
            if (_ring[i].IsLeaf == leaf && (stalest < 0 || _ring[i].Checked < _ring[stalest].Checked))
            {
                stalest = i;
            }
        }

        if (stalest < 0 || now - _ring[stalest].Checked < minimumAge)
        {
            return null;
        }

        _ring[stalest].Checked = now;
        return _ring[stalest].Entry;
    }

    /// <summary>The entry known longest.</summary>
    public RouteEntry? Oldest()
    {
        int oldest = -1;
        for (int i = 0; i < _ring.Count; i++)
        {
            if (oldest < 0 || _ring[i].Added < _ring[oldest].Added)
            {
                oldest = i;
            }
        }

        return oldest < 0 ? null : _ring[oldest].Entry;
    }

    /// <summary>The entries, those heard of last first.</summary>
    public IEnumerable<RouteEntry> MostRecent() => Enumerable.Range(0, Count).Select(index => _ring[index])
        .OrderByDescending(route => route.Heard).Select(route => route.Entry).ToArray();

    /// <summary>The cache as administrators see it.</summary>
    /// <param name="scopeId">The zone that link-local addresses get.</param>
    public IReadOnlyList<PeerCacheEntry> Describe(long scopeId)
    {
        var entries = new PeerCacheEntry[Count];
        for (int i = 0; i < entries.Length; i++)
        {
            RouteEntry entry = _ring[i].Entry;
            var endpoints = new IPEndPoint[entry.AddressCount];
            for (int j = 0; j < endpoints.Length; j++)
            {
                endpoints[j] = entry.GetEndpoint(j).ToIPEndPoint(scopeId);
            }

            entries[i] = new PeerCacheEntry(entry.Id, endpoints, LevelOf(entry.Id), _ring[i].IsLeaf);
        }

        return entries;
    }

    /// <summary>The level at which an id is cached.</summary>
    public int LevelOf(PnrpId id) => CacheLevels.LevelOf(NearestCentre(id), id);

    /// <summary>Whether no other centre is nearer to an id.</summary>
    public bool IsNearestCentre(PnrpId centre, PnrpId id) => NearestCentre(id) == centre;

    private CacheSlot SlotOf(PnrpId id) => CacheLevels.SlotOf(NearestCentre(id), id);

    private PnrpId NearestCentre(PnrpId id)
    {
        PnrpId nearest = _centres.Count > 0 ? _centres[0] : default;
        for (int i = 1; i < _centres.Count; i++)
        {
            if (_centres[i].IsCloserTo(id, nearest))
            {
                nearest = _centres[i];
            }
        }

        return nearest;
    }

    // Entries of one slot are neighbours in the ring.
    private void RemoveSurplus(int index)
    {
        if (_ring[index].IsLeaf)
        {
            return;
        }

        CacheSlot slot = SlotOf(_ring.IdAt(index));
        bool isSurplus = _ring.Count > 1
            && (slot.Contains(_ring.IdAt(_ring.Up(index))) || slot.Contains(_ring.IdAt(_ring.Down(index))));
        if (isSurplus)
        {
            _ring.RemoveAt(index);
        }
    }
}

/// <summary>A route entry in the cache and what is known about its node.</summary>
internal struct CachedRoute
{
    public RouteEntry Entry;

    /// <summary>When the entry came into the cache.</summary>
    public TimeSpan Added;

    /// <summary>When its node last answered.</summary>
    public TimeSpan Heard;

    /// <summary>When its node last answered, or was last asked for a sign of life.</summary>
    public TimeSpan Checked;

    /// <summary>How many leaf sets hold the entry.</summary>
    public int LeafReferences;

    public readonly bool IsLeaf => LeafReferences > 0;
}
