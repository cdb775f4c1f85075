using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The data cache of a node: a store of segments that can be set, moved and packed. While it moves it is empty to
/// everybody.
/// </summary>
internal sealed class DataCache : IHostedStore, IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DataCacheStore _cache;

    private DataCache(DataCacheStore cache, CacheMove move, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _cache = cache;
        Administration = new CacheAdministration(cache, move);
    }

    /// <summary>What administrators do with it.</summary>
    public CacheAdministration Administration { get; }

    /// <summary>How many segments there are.</summary>
    public int Count => _cache.Current?.Count ?? 0;

    /// <summary>What was done since the cache was opened.</summary>
    public CounterSet<CacheCounter> Counters => _cache.Counters;

    /// <summary>Opens the cache, or makes one, and ends what a killed move has begun.</summary>
    /// <exception cref="PeerException">Another process has it, or its settings or index are damaged; nothing was changed.</exception>
    public static DataCache Open(DataCacheOptions options, TimeProvider time, ILogger logger)
    {
        var cache = new DataCacheStore(DataCacheSettings.Open(options), time, logger);
        var move = new CacheMove(cache, logger);
        cache.Open();
        move.ClearAbandoned();
        return new DataCache(cache, move, time, logger);
    }

    /// <inheritdoc/>
    public SegmentHolding? Find(SegmentId id) => _cache.Current?.Find(id);

    /// <inheritdoc/>
    public ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken) =>
        _cache.Current?.ReadBlockAsync(id, index, cancellationToken) ?? ValueTask.FromResult<HeldBlock?>(null);

    /// <inheritdoc/>
    public ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken) =>
        _cache.Current?.TryReadAsync(segment, index, destination, cancellationToken) ?? ValueTask.FromResult(false);

    /// <inheritdoc/>
    public ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken) =>
        _cache.Current?.TryStoreAsync(segment, index, data, tag, cancellationToken) ?? ValueTask.FromResult(false);

    /// <inheritdoc/>
    public ValueTask<bool> TryStoreSealedAsync(
        SealedSegment segment, int index, SealedBlock block, CancellationToken cancellationToken) =>
        _cache.Current?.TryStoreSealedAsync(segment, index, block, cancellationToken) ?? ValueTask.FromResult(false);

    /// <inheritdoc/>
    public PeerContentSegment? Describe(SegmentId id) => _cache.Current?.DescribeProven(id);

    /// <inheritdoc/>
    public BlockSet FindHeld(PeerContentSegment segment) => _cache.Current?.FindHeld(segment) ?? default;

    /// <summary>Lets everything stored so far survive a power failure.</summary>
    /// <exception cref="PeerException">The disk is full or broken.</exception>
    public void Flush() => _cache.Current?.Flush();

    /// <summary>Packs the cache, or a staging folder, into one file.</summary>
    /// <param name="destination">The file.</param>
    /// <param name="stagingPath">The staging folder; null for the cache.</param>
    /// <param name="referenceFile">Takes the list of what is in the package; null for none.</param>
    /// <param name="overwrite">Whether existing files are replaced.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; no file is left.</param>
    /// <exception cref="PeerException">The file exists already or cannot be written, or the folder is no staging folder.</exception>
    public async Task ExportAsync(
        string destination,
        string? stagingPath,
        string? referenceFile,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using SegmentStore? staging = stagingPath is null ? null : StagingFolder.OpenExisting(stagingPath, _time, _logger);
        SegmentStore store = staging ?? _cache.Get();
        await CachePackage.ExportAsync(store, destination, overwrite, progress, cancellationToken).ConfigureAwait(false);
        if (referenceFile is not null)
        {
            SegmentList.Write(referenceFile, store.ListIds(), overwrite);
        }
    }

    /// <summary>Takes a package into the cache; each block is checked.</summary>
    /// <exception cref="PeerException">The file is no package, is damaged, or cannot be read.</exception>
    public Task<PeerCacheImportResult> ImportAsync(
        string package, Guid tag, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken) =>
        CachePackage.ImportAsync(_cache.Get(), package, tag, progress, cancellationToken);

    /// <summary>Takes the content of a file into the cache, as far as it is what the information says.</summary>
    /// <param name="information">What describes the content.</param>
    /// <param name="path">The file.</param>
    /// <param name="start">Where in the content the file begins.</param>
    /// <param name="tag">What the segments are tagged with.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; what has been taken in stays.</param>
    /// <exception cref="PeerException">The file cannot be read.</exception>
    public Task<PeerCacheImportResult> ImportDataAsync(
        PeerContentInformation information,
        string path,
        long start,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken) =>
        CachePackage.ImportDataAsync(_cache.Get(), information, path, start, tag, progress, cancellationToken);

    /// <summary>Closes the cache, with everything in its index.</summary>
    public void Dispose() => _cache.Dispose();
}

/// <summary>Where the data cache is, and what holds where its settings say nothing.</summary>
internal sealed record DataCacheOptions
{
    /// <summary>The file with the settings, which Set-PeerCache changes.</summary>
    public required string SettingsPath { get; init; }

    /// <summary>The folder that the cache is in until it is moved.</summary>
    public required string Folder { get; init; }

    /// <summary>The limit at first; as in Windows, a twentieth of the disk.</summary>
    public PeerCacheSize Size { get; init; } = new(null, 5);

    /// <summary>How long unused segments stay at first; as in Windows, 28 days.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(28);
}
