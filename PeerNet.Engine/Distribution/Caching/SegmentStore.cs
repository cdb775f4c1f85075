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
/// read here, and at least once an hour for other nodes, which check what they get: so neither a crash nor a broken disk lets a
/// wrong one in.
/// </summary>
/// <remarks>
/// Its parts: <see cref="CacheVolumes"/> has the folders and who uses their files, <see cref="SegmentTable"/> everything in
/// memory, <see cref="SegmentRemoval"/> the end of segments, <see cref="StoreRoom"/> limits and ages,
/// <see cref="IndexWriter"/> the way to the index. There are three locks, taken in this order: the use of files, the writing
/// of the index, the gate of the table.
/// </remarks>
internal sealed class SegmentStore : ISegmentSource, ISegmentCache, ISealedStore, IDisposable
{
    /// <summary>The index's file, in the first folder.</summary>
    public const string IndexFile = "index.db";

    private static readonly TimeSpan AgePeriod = TimeSpan.FromHours(1);

    private readonly ILogger _logger;
    private readonly CacheVolumes _volumes;
    private readonly CacheIndex _index;
    private readonly SegmentTable _table;
    private readonly SegmentRemoval _removal;
    private readonly IndexWriter _indexWriter;
    private readonly BlockReader _reader;
    private readonly BlockWriter _writer;
    private readonly ITimer _flushTimer;
    private readonly ITimer _ageTimer;

    private SegmentStore(
        SegmentStoreOptions options, CacheVolumes volumes, CacheIndex index, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _volumes = volumes;
        _index = index;
        Counters = options.Counters;
        (long clock, long wall) = index.SavedClock;
        _flushTimer = time.CreateTimer(_ => _indexWriter!.FlushLater(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _table = new SegmentTable(volumes, index, new CacheClock(time, clock, wall), _flushTimer, logger);
        _removal = new SegmentRemoval(volumes, _table, logger);
        Room = new StoreRoom(volumes, _table, _removal, Counters, options.MaxAge);
        _indexWriter = new IndexWriter(volumes, _table, _removal, index, logger);
        _reader = new BlockReader(volumes, _table, _removal, Counters, logger);
        _writer = new BlockWriter(volumes, new BlockPlaces(volumes, _table, _removal, Room, Counters), Counters, logger);
        _ageTimer = time.CreateTimer(_ => GrowOld(), null, AgePeriod, AgePeriod);
    }

    /// <summary>The first folder.</summary>
    public string Location => _volumes.Location;

    /// <summary>How many segments there are.</summary>
    public int Count
    {
        get
        {
            lock (_table.Gate)
            {
                return _table.Count;
            }
        }
    }

    /// <summary>What it has counted.</summary>
    public CounterSet<CacheCounter> Counters { get; }

    /// <summary>Its limits.</summary>
    public StoreRoom Room { get; }

    /// <summary>Opens a store, or makes one, and cleans up after one that was killed.</summary>
    /// <exception cref="PeerException">Another process has the folder, or the index is damaged; nothing was changed.</exception>
    public static SegmentStore Open(SegmentStoreOptions options, TimeProvider time, ILogger logger)
    {
        CacheVolumes volumes = CacheVolumes.Open(options, logger);
        CacheIndex? index = null;
        try
        {
            index = CacheIndex.Open(Path.Combine(volumes.Location, IndexFile));
            var store = new SegmentStore(options, volumes, index, time, logger);
            new StoreLoader(volumes, store._table, store._removal, store.Room, index, logger).Load();
            return store;
        }
        catch
        {
            index?.Dispose();
            volumes.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CacheVolumes.Turn turn = _volumes.Use();
        return ValueTask.FromResult(
            turn.IsOpen && IsStorable(segment, index, data.Length) && _writer.TryStore(segment, index, data.Span, tag));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryStoreSealedAsync(
        SealedSegment segment, int index, SealedBlock block, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CacheVolumes.Turn turn = _volumes.Use();
        return ValueTask.FromResult(
            turn.IsOpen && IsStorable(segment, index, block) && _writer.TryStore(segment, index, block));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CacheVolumes.Turn turn = _volumes.Use();
        return ValueTask.FromResult(
            turn.IsOpen
            && IsStorable(segment, index, destination.Length)
            && _reader.TryRead(segment, index, destination.Span));
    }

    /// <inheritdoc/>
    public ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CacheVolumes.Turn turn = _volumes.Use();
        return ValueTask.FromResult(turn.IsOpen ? _reader.Read(id, index) : null);
    }

    /// <inheritdoc/>
    public SegmentHolding? Find(SegmentId id)
    {
        lock (_table.Gate)
        {
            return _table.Find(id) is { HoldsAny: true } segment
                ? new SegmentHolding(
                    segment.Id,
                    segment.Held,
                    segment.BlockCount,
                    segment.Version,
                    TimeSpan.FromSeconds(Math.Max(0, (long)_table.Clock.Wall - segment.Added)))
                : null;
        }
    }

    /// <summary>What content information says of a segment that is held as plaintext, as far as it is known; null for
    /// others.</summary>
    /// <param name="id">The segment.</param>
    /// <param name="from">Of the hashes, the first run at or after this block is given.</param>
    public PeerContentSegment? Describe(SegmentId id, int from = 0) =>
        FromDescription(id, (segment, description) => description.ToSegment(id, segment.Length, from));

    /// <summary>The same where HoD proves it: all hashes are known, and are those that it is made of.</summary>
    public PeerContentSegment? DescribeProven(SegmentId id) => FromDescription(
        id, (segment, description) => description.IsProven ? description.ToSegment(id, segment.Length, from: 0) : null);

    /// <summary>The blocks of a segment that are held as plaintext, and are what a description of it says.</summary>
    public BlockSet FindHeld(PeerContentSegment segment) => FromDescription(
        segment.Id,
        (place, description) => place.Held.Where(
            index => place.GetBlockLength(index) == segment.GetBlockLength(index)
                && description.GetHash(index).SequenceEqual(segment.GetBlockHash(index))));

    /// <summary>The ids of all segments, the least recently used of each folder first.</summary>
    public IReadOnlyList<SegmentId> ListIds()
    {
        lock (_table.Gate)
        {
            return [.. _table.List().Select(segment => segment.Id)];
        }
    }

    /// <summary>Some segments, or all.</summary>
    /// <exception cref="PeerException">The index cannot be read.</exception>
    public IReadOnlyList<PeerCacheSegment> List(PeerCacheSelection selection)
    {
        Flush();
        IReadOnlyDictionary<long, Guid> tags = _index.GetTags();
        IReadOnlyList<SegmentId> ids = Select(selection);
        lock (_table.Gate)
        {
            return
            [
                .. ids.Select(_table.Find)
                    .OfType<CachedSegment>()
                    .Where(segment => segment.HoldsAny)
                    .Select(segment => segment.ToPublic(tags.GetValueOrDefault(segment.Row))),
            ];
        }
    }

    /// <summary>Removes some segments, or all, and what they take of the disk.</summary>
    /// <exception cref="PeerException">The index cannot be read or written.</exception>
    public void Remove(PeerCacheSelection selection)
    {
        Flush();
        using (CacheVolumes.Turn turn = _volumes.Use())
        {
            if (turn.IsOpen)
            {
                _removal.Remove(Select(selection));
            }
        }

        Flush();
    }

    /// <summary>Gives free space inside the store back to the disk.</summary>
    /// <exception cref="PeerException">The index cannot be written.</exception>
    public void Compact(CancellationToken cancellationToken) =>
        new StoreCompactor(_volumes, _table, _removal, _indexWriter, _logger).Compact(cancellationToken);

    /// <summary>Adds a folder.</summary>
    /// <exception cref="PeerException">It is a cache folder already, or cannot be used.</exception>
    public void AddVolume(SegmentStoreExtension extension) => _volumes.Add(extension);

    /// <summary>Removes a folder with its segments; where it is not there, the index forgets what it knows of it.</summary>
    /// <exception cref="PeerException">The index cannot be written.</exception>
    public void RemoveVolume(short number) => _indexWriter.RemoveVolume(number);

    /// <summary>Lets everything stored so far survive a power failure.</summary>
    /// <exception cref="PeerException">The disk is full or broken. It will be tried again.</exception>
    public void Flush() => _indexWriter.Flush();

    /// <summary>Closes the store, with everything in the index that it has.</summary>
    public void Dispose()
    {
        using CacheVolumes.Turn turn = _volumes.UseAlone();
        if (_volumes.TryClose())
        {
            _flushTimer.Dispose();
            _ageTimer.Dispose();
            _indexWriter.Close();
            _volumes.Dispose();
        }
    }

    private void GrowOld()
    {
        lock (_table.Gate)
        {
            _table.BeginRound();
        }

        Room.RemoveOld();
    }

    private static bool IsStorable(PeerContentSegment segment, int index, int length) =>
        (uint)index < (uint)segment.BlockCount
        && segment.BlockCount <= BlockSet.Capacity
        && segment.Length <= CacheVolume.GetMaximumLength(segment.Version)
        && length == segment.GetBlockLength(index)
        && !segment.GetBlockHash(index).IsEmpty;

    private static bool IsStorable(SealedSegment segment, int index, SealedBlock block) =>
        segment.Length > 0
        && segment.Length <= CacheVolume.GetMaximumLength(segment.Version)
        && new CachedSegment(0, segment.Id, segment.Version, segment.Length, isSealed: true) is var place
        && (uint)index < (uint)place.BlockCount
        && SealedRecord.IsPossible(block, place.GetBlockLength(index));

    private T? FromDescription<T>(SegmentId id, Func<CachedSegment, SegmentDescription, T> read)
    {
        using CacheVolumes.Turn turn = _volumes.Use();
        if (!turn.IsOpen || _table.FindPlaintext(id) is not { } segment || _table.Descriptions.Get(segment) is not { } description)
        {
            return default;
        }

        lock (_table.Gate)
        {
            return read(segment, description);
        }
    }

    private IReadOnlyList<SegmentId> Select(PeerCacheSelection selection)
    {
        IReadOnlyList<SegmentId> ids = selection switch
        {
            { Tag: { } tag } => _index.FindByTag(tag),
            { Segments.Count: > 0 } => selection.Segments,
            _ => ListIds(),
        };
        HashSet<SegmentId> wanted = [.. selection.Segments];
        return wanted.Count == 0 ? ids : [.. ids.Where(wanted.Contains).Distinct()];
    }
}

/// <summary>Where a store is and how much it may take.</summary>
internal sealed record SegmentStoreOptions
{
    /// <summary>The first folder, which has the index too.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes that it may take.</summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <summary>How long unused segments stay.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.MaxValue;

    /// <summary>Further folders.</summary>
    public IReadOnlyList<SegmentStoreExtension> Extensions { get; init; } = [];

    /// <summary>What it counts in.</summary>
    public CounterSet<CacheCounter> Counters { get; init; } = new("Cache");
}

/// <summary>A further folder of a store.</summary>
/// <param name="Number">Its number in the index: 1 or more, and never given to another.</param>
/// <param name="Path">The folder. Where it does not exist, its segments are missing, and no more.</param>
/// <param name="Limit">Bytes that it may take.</param>
internal sealed record SegmentStoreExtension(short Number, string Path, long Limit);

/// <summary>What a store counts.</summary>
internal enum CacheCounter
{
    /// <summary>Blocks that were written.</summary>
    BlocksStored,

    /// <summary>Blocks that were read and found sound.</summary>
    BlocksRead,

    /// <summary>Blocks that were not what was stored, and were dropped.</summary>
    BlocksDamaged,

    /// <summary>Blocks that found no room, or a broken disk.</summary>
    StoresFailed,

    /// <summary>Segments that went to make room, or for their age.</summary>
    SegmentsEvicted,
}
