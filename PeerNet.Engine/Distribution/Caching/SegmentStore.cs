using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Blocks of segments on disks. Any thread may use it. What is where stands in memory and, at most a second later, in the
/// index; after a kill, files and slots that the index does not have are freed. Every block is checked whenever it is
/// read, so neither a crash nor a broken disk lets a wrong one out.
/// </summary>
internal sealed partial class SegmentStore : ISegmentSource, ISegmentCache, ISealedStore, IDisposable
{
    /// <summary>The index's file, in the first folder.</summary>
    public const string IndexFile = "index.db";

    // _usage is held for reading while files are used, and for writing while folders come and go. _flushing orders writers
    // of the index. _gate guards everything in memory, is taken last and never held while files are used, but for deleting
    // an empty container.
    private readonly ReaderWriterLockSlim _usage = new(LockRecursionPolicy.NoRecursion);
    private readonly Lock _flushing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<SegmentId, CachedSegment> _segments = [];
    private readonly SegmentDescriptionCache _descriptions = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CacheIndex _index;
    private readonly CacheClock _clock;
    private readonly ITimer _flushTimer;
    private readonly ITimer _ageTimer;
    private CacheVolume[] _volumes;
    private TimeSpan _maxAge;
    private long _lastRow;
    private bool _isClosed;

    private SegmentStore(
        SegmentStoreOptions options, CacheVolume[] volumes, CacheIndex index, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _volumes = volumes;
        _index = index;
        _maxAge = options.MaxAge;
        (long clock, long wall) = index.SavedClock;
        _clock = new CacheClock(time, clock, wall);
        _flushTimer = time.CreateTimer(_ => FlushInBackground(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ageTimer = time.CreateTimer(_ => RemoveOld(), null, AgePeriod, AgePeriod);
    }

    /// <summary>The first folder.</summary>
    public string Location => _volumes[0].Location;

    /// <summary>How many segments there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count;
            }
        }
    }

    /// <summary>What was done so far.</summary>
    public CacheStatistics Statistics => new(
        Interlocked.Read(ref _blocksStored),
        Interlocked.Read(ref _blocksRead),
        Interlocked.Read(ref _storesFailed),
        Interlocked.Read(ref _blocksDamaged),
        Interlocked.Read(ref _segmentsEvicted));

    /// <summary>Opens a store, or makes one, and cleans up after one that was killed.</summary>
    /// <exception cref="PeerException">Another process has the folder, or the index is damaged; nothing was changed.</exception>
    public static SegmentStore Open(SegmentStoreOptions options, TimeProvider time, ILogger logger)
    {
        List<CacheVolume> volumes = [];
        CacheIndex? index = null;
        try
        {
            volumes.Add(CacheVolume.Open(0, options.Folder, options.Limit));
            foreach (SegmentStoreExtension extension in options.Extensions)
            {
                if (CacheVolume.Exists(extension.Path))
                {
                    volumes.Add(CacheVolume.Open(extension.Number, extension.Path, extension.Limit));
                }
                else
                {
                    CacheLog.VolumeMissing(logger, extension.Path);
                }
            }

            index = CacheIndex.Open(Path.Combine(volumes[0].Location, IndexFile));
            var store = new SegmentStore(options, [.. volumes], index, time, logger);
            store.Load();
            return store;
        }
        catch
        {
            index?.Dispose();
            volumes.ForEach(volume => volume.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public SegmentHolding? Find(SegmentId id)
    {
        lock (_gate)
        {
            return _segments.TryGetValue(id, out CachedSegment? segment) && segment.HoldsAny
                ? new SegmentHolding(
                    segment.Id,
                    segment.Held,
                    segment.BlockCount,
                    segment.Version,
                    TimeSpan.FromSeconds(Math.Max(0, (long)_clock.Wall - segment.Added)))
                : null;
        }
    }

    /// <summary>What content information says of a segment that is held as plaintext, as far as it is known; null for
    /// others.</summary>
    /// <param name="id">The segment.</param>
    /// <param name="from">Of the hashes, the first run at or after this block is given.</param>
    public PeerContentSegment? Describe(SegmentId id, int from = 0)
    {
        CachedSegment? segment = FindPlaintext(id);
        if (segment is null || GetDescription(segment) is not { } description)
        {
            return null;
        }

        lock (_gate)
        {
            return description.ToSegment(segment.Id, segment.Length, from);
        }
    }

    /// <summary>The same where HoD proves it: all hashes are known, and are those that it is made of.</summary>
    public PeerContentSegment? DescribeProven(SegmentId id)
    {
        CachedSegment? segment = FindPlaintext(id);
        SegmentDescription? description = segment is null ? null : GetDescription(segment);
        lock (_gate)
        {
            return description is { IsProven: true } ? description.ToSegment(id, segment!.Length, from: 0) : null;
        }
    }

    /// <summary>The blocks of a segment that are held as plaintext, and are what a description of it says.</summary>
    public BlockSet FindHeld(PeerContentSegment segment)
    {
        CachedSegment? place = FindPlaintext(segment.Id);
        SegmentDescription? description = place is null ? null : GetDescription(place);
        lock (_gate)
        {
            return description is null ? default : place!.Held.Where(
                index => place.GetBlockLength(index) == segment.GetBlockLength(index)
                    && description.GetHash(index).SequenceEqual(segment.GetBlockHash(index)));
        }
    }

    /// <summary>Closes the store, with everything in the index that it has.</summary>
    public void Dispose()
    {
        _usage.EnterWriteLock();
        try
        {
            lock (_gate)
            {
                if (_isClosed)
                {
                    return;
                }

                _isClosed = true;
            }

            _flushTimer.Dispose();
            _ageTimer.Dispose();
            lock (_flushing)
            {
                Close();
            }
        }
        finally
        {
            _usage.ExitWriteLock();
        }
    }

    private void Close()
    {
        try
        {
            Flush(alsoWithoutChanges: true);
            _index.End();
        }
        catch (PeerException exception)
        {
            // The next one to open it sees that it was not closed.
            CacheLog.FlushFailed(_logger, exception.Message);
        }

        _index.Dispose();
        foreach (CacheVolume volume in _volumes)
        {
            volume.Dispose();
        }
    }

    private CachedSegment? FindPlaintext(SegmentId id)
    {
        lock (_gate)
        {
            return _segments.TryGetValue(id, out CachedSegment? segment) && !segment.IsSealed ? segment : null;
        }
    }

    // Not under the gate: it may have to ask the index.
    private SegmentDescription? GetDescription(CachedSegment segment)
    {
        lock (_gate)
        {
            if (_descriptions.Find(segment.Row) is { } known)
            {
                return known;
            }
        }

        SegmentDescription? description = TryDescribe(segment);
        lock (_gate)
        {
            return description is null || segment.IsRemoved ? description : _descriptions.Keep(segment.Row, description);
        }
    }

    private SegmentDescription? TryDescribe(CachedSegment segment)
    {
        try
        {
            return _isClosed ? null : _index.Describe(segment.Row);
        }
        catch (PeerException exception)
        {
            CacheLog.StoreFailed(_logger, exception.Message);
            return null;
        }
    }

    private CacheVolume? FindVolume(short number) => Array.Find(_volumes, volume => volume.Number == number);
}
