namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// The neighbours of a registered id: up to five on each side (MS-PNRP 3.2.1). Sides are walked round the circle, so
/// that in a small cloud one node can be on both.
/// </summary>
internal sealed class LeafSet(PnrpId localId, int side)
{
    private readonly RouteEntry?[] _above = new RouteEntry?[side];
    private readonly RouteEntry?[] _below = new RouteEntry?[side];

    /// <summary>The id whose neighbours these are.</summary>
    public PnrpId LocalId { get; } = localId;

    /// <summary>Neighbours at greater ids, the nearest first.</summary>
    public ReadOnlySpan<RouteEntry> Above => _above.AsSpan(0, AboveCount)!;

    /// <summary>Neighbours at smaller ids, the nearest first.</summary>
    public ReadOnlySpan<RouteEntry> Below => _below.AsSpan(0, BelowCount)!;

    /// <summary>Different neighbours on both sides.</summary>
    public int Count
    {
        get
        {
            int count = AboveCount;
            foreach (RouteEntry entry in Below)
            {
                count += IndexOf(_above, AboveCount, entry.Id) < 0 ? 1 : 0;
            }

            return count;
        }
    }

    private int AboveCount { get; set; }

    private int BelowCount { get; set; }

    public bool Contains(PnrpId id) =>
        IndexOf(_above, AboveCount, id) >= 0 || IndexOf(_below, BelowCount, id) >= 0;

    /// <summary>Whether an id is among the nearest, or would be were it known.</summary>
    public bool Covers(PnrpId id) => id != LocalId && (BelongsAbove(id) || BelongsBelow(id));

    /// <summary>Adds an entry, or replaces the one with its id.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="displaced">Receives the entries that are in the set no longer.</param>
    /// <returns>Whether it is in the set now.</returns>
    public bool Add(RouteEntry entry, List<RouteEntry> displaced)
    {
        if (entry.Id == LocalId)
        {
            return false;
        }

        int known = displaced.Count;
        bool above = BelongsAbove(entry.Id);
        bool below = BelongsBelow(entry.Id);
        if (above)
        {
            AboveCount = Insert(_above, AboveCount, entry, LocalId.ClockwiseTo(entry.Id), upwards: true, displaced);
        }

        if (below)
        {
            BelowCount = Insert(_below, BelowCount, entry, entry.Id.ClockwiseTo(LocalId), upwards: false, displaced);
        }

        for (int i = displaced.Count - 1; i >= known; i--)
        {
            if (Contains(displaced[i].Id))
            {
                displaced.RemoveAt(i);
            }
        }

        return above || below;
    }

    public bool Remove(PnrpId id)
    {
        int above = IndexOf(_above, AboveCount, id);
        if (above >= 0)
        {
            AboveCount = RemoveAt(_above, AboveCount, above);
        }

        int below = IndexOf(_below, BelowCount, id);
        if (below >= 0)
        {
            BelowCount = RemoveAt(_below, BelowCount, below);
        }

        return above >= 0 || below >= 0;
    }

    /// <summary>
    /// The number of ids in the cloud as this set suggests it (MS-PNRP 3.2.6.2.1.1), or null where it says nothing or
    /// 2^32 and more.
    /// </summary>
    public double? EstimateCloudSize()
    {
        if (AboveCount == 0 || BelowCount == 0)
        {
            return null;
        }

        PnrpId arc = _below[0]!.Id.ClockwiseTo(_above[0]!.Id);
        double fraction = (double)(UInt128)arc.P2PId / Math.Pow(2, 128);
        double estimate = fraction == 0 && arc == default ? 2 : 2 / fraction;
        return estimate < 4294967296.0 ? estimate : null;
    }

    private static int IndexOf(RouteEntry?[] entries, int count, PnrpId id)
    {
        for (int i = 0; i < count; i++)
        {
            if (entries[i]!.Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    private static int RemoveAt(RouteEntry?[] entries, int count, int index)
    {
        Array.Copy(entries, index + 1, entries, index, count - index - 1);
        entries[count - 1] = null;
        return count - 1;
    }

    private bool BelongsAbove(PnrpId id) => AboveCount < side
        || LocalId.ClockwiseTo(id) <= LocalId.ClockwiseTo(_above[AboveCount - 1]!.Id);

    private bool BelongsBelow(PnrpId id) => BelowCount < side
        || id.ClockwiseTo(LocalId) <= _below[BelowCount - 1]!.Id.ClockwiseTo(LocalId);

    private int Insert(
        RouteEntry?[] entries, int count, RouteEntry entry, PnrpId distance, bool upwards, List<RouteEntry> displaced)
    {
        int at = 0;
        while (at < count && Distance(entries[at]!.Id, upwards) < distance)
        {
            at++;
        }

        if (at < count && entries[at]!.Id == entry.Id)
        {
            entries[at] = entry;
            return count;
        }

        if (count == entries.Length)
        {
            displaced.Add(entries[count - 1]!);
            count--;
        }

        Array.Copy(entries, at, entries, at + 1, count - at);
        entries[at] = entry;
        return count + 1;
    }

    private PnrpId Distance(PnrpId id, bool upwards) => upwards ? LocalId.ClockwiseTo(id) : id.ClockwiseTo(LocalId);
}
