using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The data cache of a node: a store of segments, its settings, and what administrators do with it. While it moves it is
/// empty to everybody.
/// </summary>
internal sealed partial class DataCache : IHostedStore, IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile SegmentStore? _store;
    private readonly SettingsFile<DataCacheSettings> _file;

    private DataCache(SettingsFile<DataCacheSettings> file, TimeProvider time, ILogger logger)
    {
        _file = file;
        _time = time;
        _logger = logger;
    }

    /// <summary>How many segments there are.</summary>
    public int Count => _store?.Count ?? 0;

    /// <summary>What was done since the cache was opened or moved.</summary>
    public CacheStatistics Statistics => _store?.Statistics ?? default;

    /// <summary>Opens the cache, or makes one, and ends what a killed move has begun.</summary>
    /// <exception cref="PeerException">Another process has it, or its settings or index are damaged; nothing was changed.</exception>
    public static DataCache Open(DataCacheOptions options, TimeProvider time, ILogger logger)
    {
        var cache = new DataCache(DataCacheSettings.Open(options), time, logger);
        cache.OpenStore();
        cache.ClearAbandoned();
        return cache;
    }

    /// <inheritdoc/>
    public SegmentHolding? Find(SegmentId id) => _store?.Find(id);

    /// <inheritdoc/>
    public ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken) =>
        _store?.ReadBlockAsync(id, index, cancellationToken) ?? ValueTask.FromResult<HeldBlock?>(null);

    /// <inheritdoc/>
    public ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken) =>
        _store?.TryReadAsync(segment, index, destination, cancellationToken) ?? ValueTask.FromResult(false);

    /// <inheritdoc/>
    public ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken) =>
        _store?.TryStoreAsync(segment, index, data, tag, cancellationToken) ?? ValueTask.FromResult(false);

    /// <inheritdoc/>
    public ValueTask<bool> TryStoreSealedAsync(
        SealedSegment segment, int index, SealedBlock block, CancellationToken cancellationToken) =>
        _store?.TryStoreSealedAsync(segment, index, block, cancellationToken) ?? ValueTask.FromResult(false);

    /// <inheritdoc/>
    public PeerContentSegment? Describe(SegmentId id) => _store?.DescribeProven(id);

    /// <inheritdoc/>
    public BlockSet FindHeld(PeerContentSegment segment) => _store?.FindHeld(segment) ?? default;

    /// <summary>Lets everything stored so far survive a power failure.</summary>
    /// <exception cref="PeerException">The disk is full or broken.</exception>
    public void Flush() => _store?.Flush();

    /// <summary>Closes the cache, with everything in its index.</summary>
    public void Dispose()
    {
        _store?.Dispose();
        _store = null;
    }

    private DataCacheSettings Settings => _file.Current;

    private void OpenStore() => _store = SegmentStore.Open(
        new SegmentStoreOptions
        {
            Folder = Settings.Folder,
            Limit = CacheSize.ToBytes(Settings.Size, Settings.Folder),
            MaxAge = Settings.MaxAge,
            Extensions =
            [
                .. Settings.Extensions.Select(extension => new SegmentStoreExtension(
                    extension.Number, extension.Path, CacheSize.ToBytes(extension.Size, extension.Path))),
            ],
        },
        _time,
        _logger);

    private SegmentStore GetStore() => _store ?? throw PeerErrors.Busy.Exception(
        "The data cache is being moved, or is closed; try again when that is done.", Settings.Folder);
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
