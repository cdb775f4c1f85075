using Microsoft.Extensions.Logging;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The segments of a store in memory: which there are and in which order they were used, what their blocks are checked by,
/// and what the index is still to be told of them. <see cref="Gate"/> guards all of that, and the counters, slots and orders
/// of the folders. It is taken last and never held while files are used, but for deleting an empty container. Whoever calls
/// a member holds it, unless the member says otherwise.
/// </summary>
internal sealed class SegmentTable
{
    // The times of use are kept to the minute, so that reading does not make the index busy.
    private const uint UseResolution = 60;

    private readonly Dictionary<SegmentId, CachedSegment> _segments = [];
    private readonly CacheVolumes _volumes;
    private long _lastRow;

    /// <param name="volumes">The folders that the segments are in.</param>
    /// <param name="index">What is known of them on the disk.</param>
    /// <param name="clock">The time by which they grow old.</param>
    /// <param name="flush">Fires when the index is to be told.</param>
    /// <param name="logger">Told of an index that cannot be read.</param>
    public SegmentTable(CacheVolumes volumes, CacheIndex index, CacheClock clock, ITimer flush, ILogger logger)
    {
        _volumes = volumes;
        Clock = clock;
        Changes = new StoreChanges(flush);
        Descriptions = new SegmentDescriptionCache(index, Gate, logger);
    }

    public Lock Gate { get; } = new();

    /// <summary>The time by which segments grow old; for anybody.</summary>
    public CacheClock Clock { get; }

    /// <summary>What the index is still to be told.</summary>
    public StoreChanges Changes { get; }

    /// <summary>What is known of the segments.</summary>
    public SegmentDescriptionCache Descriptions { get; }

    /// <summary>In which round of checks the store is. What was seen to be right in a round is not hashed again in it for
    /// other nodes, which check for themselves; never 0.</summary>
    public ushort Round { get; private set; } = 1;

    /// <summary>How many there are.</summary>
    public int Count => _segments.Count;

    /// <summary>The segment with an id.</summary>
    public CachedSegment? Find(SegmentId id) => _segments.GetValueOrDefault(id);

    /// <summary>The segment with an id, where it is held as plaintext. Takes the gate.</summary>
    public CachedSegment? FindPlaintext(SegmentId id)
    {
        lock (Gate)
        {
            return Find(id) is { IsSealed: false } segment ? segment : null;
        }
    }

    /// <summary>All of them, the least recently used of each folder first.</summary>
    public IEnumerable<CachedSegment> List() => _volumes.All.SelectMany(volume => volume.Order.List());

    /// <summary>A number for the row of a new segment.</summary>
    public long TakeRow() => ++_lastRow;

    /// <summary>Notes that a row's number was given to a segment, which the index may have forgotten since.</summary>
    public void SkipRow(long row) => _lastRow = Math.Max(_lastRow, row);

    /// <summary>Makes room for so many segments.</summary>
    public void Prepare(int count) => _segments.EnsureCapacity(count);

    /// <summary>Adds a segment as the most recently used of a folder.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="volume">The folder.</param>
    /// <param name="cost">Bytes that it takes there, with those being written.</param>
    public void Add(CachedSegment segment, CacheVolume volume, long cost)
    {
        segment.Volume = volume.Number;
        volume.Used += cost;
        volume.Order.Add(segment);
        _segments.Add(segment.Id, segment);
    }

    /// <summary>Takes a segment out. Its storage and its row are the caller's.</summary>
    public void Remove(CachedSegment segment)
    {
        CacheVolume volume = _volumes.Find(segment.Volume)!;
        segment.IsRemoved = true;
        _segments.Remove(segment.Id);
        Descriptions.Remove(segment.Row);
        volume.Order.Remove(segment);
        volume.Used -= CacheVolume.GetCost(segment);
    }

    /// <summary>Notes that a segment is used.</summary>
    public void Touch(CachedSegment segment)
    {
        _volumes.Find(segment.Volume)!.Order.Touch(segment);
        uint now = Clock.Now;
        if (now - segment.Stamp >= UseResolution)
        {
            segment.Stamp = now;
            segment.LastUsed = Clock.Wall;
            Changes.Add(segment);
        }
    }

    /// <summary>Begins another round of checks: disks go bad while a store is open.</summary>
    public void BeginRound() => Round = (ushort)((Round % ushort.MaxValue) + 1);

    /// <summary>Notes that a block, whose room is counted already, can be read.</summary>
    public void Hold(CachedSegment segment, int index)
    {
        BlockSet held = segment.Held;
        held.Add(index);
        segment.Held = held;
        Changes.Add(segment);
    }

    /// <summary>Notes that a block cannot be read any more. A segment without blocks goes when the last pin does.</summary>
    public void Forget(CachedSegment segment, int index)
    {
        if (!segment.IsRemoved && segment.Holds(index))
        {
            BlockSet held = segment.Held;
            held.Remove(index);
            segment.Held = held;
            segment.ClearChecked(index);
            _volumes.Find(segment.Volume)!.Used -= CacheVolume.GetCost(segment, index);
            Changes.Add(segment);
        }
    }

    /// <summary>Notes what is known of a segment by now, for the index too.</summary>
    public void Describe(CachedSegment segment, SegmentDescription description)
    {
        Descriptions.Await(segment.Row, description);
        Changes.Add(segment);
    }
}

/// <summary>What the index of a store is to be told, and when. The gate of the store's table guards it.</summary>
/// <param name="timer">Fires when that is due.</param>
internal sealed class StoreChanges(ITimer timer)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private List<CachedSegment> _changed = [];
    private List<long> _deleted = [];

    // Not before everything is loaded.
    private bool _isScheduled = true;

    /// <summary>Notes that a segment is new, or is not as it was.</summary>
    public void Add(CachedSegment segment)
    {
        if (!segment.IsDirty)
        {
            segment.IsDirty = true;
            _changed.Add(segment);
            Schedule();
        }
    }

    /// <summary>Notes that a row is to go.</summary>
    public void Delete(long row)
    {
        _deleted.Add(row);
        Schedule();
    }

    /// <summary>Takes everything that there is to tell.</summary>
    public (List<CachedSegment> Changed, List<long> Deleted) Take()
    {
        (List<CachedSegment> changed, List<long> deleted) = (_changed, _deleted);
        (_changed, _deleted) = ([], []);
        changed.RemoveAll(segment => segment.IsRemoved);
        changed.ForEach(segment => segment.IsDirty = false);
        return (changed, deleted);
    }

    /// <summary>Puts back what could not be told.</summary>
    public void TakeBack(IEnumerable<CachedSegment> changed, IEnumerable<long> deleted)
    {
        _deleted.AddRange(deleted);
        foreach (CachedSegment segment in changed)
        {
            Add(segment);
        }
    }

    /// <summary>Everything is loaded: what that has changed is due.</summary>
    public void Open()
    {
        _isScheduled = false;
        if (_changed.Count > 0 || _deleted.Count > 0)
        {
            Schedule();
        }
    }

    /// <summary>The timer has fired.</summary>
    public void SetFired() => _isScheduled = false;

    /// <summary>Lets the timer fire soon, unless it is to already.</summary>
    public void Schedule()
    {
        if (!_isScheduled)
        {
            _isScheduled = true;
            timer.Change(Delay, Timeout.InfiniteTimeSpan);
        }
    }
}

/// <summary>
/// The time by which segments grow old: it runs while the store is open, whatever happens to the wall clock meanwhile, and
/// counts at most a day for the time that the store was closed. So no clock that is set wrong makes everything old at once.
/// </summary>
internal sealed class CacheClock
{
    private const long MostWhileClosed = 24 * 60 * 60;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly long _base;

    /// <param name="time">The clocks.</param>
    /// <param name="saved">What <see cref="Now"/> was when the store was last saved.</param>
    /// <param name="savedWall">What <see cref="Wall"/> was then.</param>
    public CacheClock(TimeProvider time, long saved, long savedWall)
    {
        _time = time;
        _start = time.GetTimestamp();
        _base = saved + Math.Clamp(Wall - savedWall, 0, MostWhileClosed);
    }

    /// <summary>Seconds.</summary>
    public uint Now => (uint)(_base + (long)_time.GetElapsedTime(_start).TotalSeconds);

    /// <summary>Seconds since 1970 by the wall clock.</summary>
    public uint Wall => (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue);
}
