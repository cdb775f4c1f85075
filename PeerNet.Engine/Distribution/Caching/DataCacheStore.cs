using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// The store of a data cache, opened as the cache's settings say. It is not there while the cache moves. Any thread may read;
/// who has <see cref="Changing"/> opens and saves.
/// </summary>
internal sealed class DataCacheStore(SettingsFile<DataCacheSettings> file, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private volatile SegmentStore? _store;

    /// <summary>Lets one change at a time happen.</summary>
    public SemaphoreSlim Changing { get; } = new(1, 1);

    /// <summary>Cancelled when it is closed for good.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>The settings.</summary>
    public DataCacheSettings Settings => file.Current;

    /// <summary>The store; null where there is none now.</summary>
    public SegmentStore? Current => _store;

    /// <summary>What was done since the cache was opened.</summary>
    public CounterSet<CacheCounter> Counters { get; } = new("Cache");

    /// <summary>The store.</summary>
    /// <exception cref="PeerException">The cache is being moved, or is closed.</exception>
    public SegmentStore Get() => _store ?? throw PeerErrors.Busy.Exception(
        "The data cache is being moved, or is closed; try again when that is done.", Settings.Folder);

    /// <summary>Keeps other settings. Whoever changes them lets the store know.</summary>
    public void Save(DataCacheSettings settings) => file.Save(settings);

    /// <summary>Opens the store where the settings say that it is.</summary>
    /// <exception cref="PeerException">Another process has it, or its index is damaged; nothing was changed.</exception>
    public void Open() => _store = _closing.IsCancellationRequested ? throw Closed() : SegmentStore.Open(
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
            Counters = Counters,
        },
        time,
        logger);

    /// <summary>Closes the store, with everything in its index, until it is opened again.</summary>
    public void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    /// <summary>Closes the store for good. A move gives up, and is waited for: it would open the store again.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        Changing.Wait();
        try
        {
            Close();
        }
        finally
        {
            Changing.Release();
        }
    }

    private static PeerException Closed() => PeerErrors.NotInitialized.Exception("The node has been stopped.");
}

/// <summary>What Set-PeerCache has set.</summary>
internal sealed record DataCacheSettings
{
    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The limit.</summary>
    public required PeerCacheSize Size { get; init; }

    /// <summary>How long unused segments stay.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>Further folders.</summary>
    public IReadOnlyList<DataCacheExtension> Extensions { get; init; } = [];

    /// <summary>The number of the extension that was added last; numbers are not given twice.</summary>
    public short LastExtension { get; init; }

    /// <summary>A folder with what a move has left there, and that is to be cleared; null for none.</summary>
    public string? Abandoned { get; init; }

    /// <summary>Opens the file that the settings are in.</summary>
    /// <exception cref="Core.PeerException">It is damaged, or of a later version.</exception>
    public static SettingsFile<DataCacheSettings> Open(DataCacheOptions options) => SettingsFile<DataCacheSettings>.Open(
        options.SettingsPath,
        "cache settings",
        () => new() { Folder = options.Folder, Size = options.Size, MaxAge = options.MaxAge },
        settings => settings.IsSound);

    /// <summary>Whether two paths name the same folder.</summary>
    public static bool IsSame(string one, string other) => string.Equals(
        Path.TrimEndingDirectorySeparator(one),
        Path.TrimEndingDirectorySeparator(other),
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private bool IsSound => !string.IsNullOrEmpty(Folder)
        && CacheSize.IsSound(Size)
        && MaxAge > TimeSpan.Zero
        && Extensions.All(extension => extension is { Number: > 0, Path.Length: > 0 } && CacheSize.IsSound(extension.Size))
        && Extensions.DistinctBy(extension => extension.Number).Count() == Extensions.Count;
}

/// <summary>A further folder, as it was set.</summary>
/// <param name="Number">Its number in the index.</param>
/// <param name="Path">The folder.</param>
/// <param name="Size">The limit.</param>
internal sealed record DataCacheExtension(short Number, string Path, PeerCacheSize Size);

/// <summary>What a limit comes to.</summary>
internal static class CacheSize
{
    /// <summary>Whether a limit is one: a positive number of bytes, or 1 to 100 percent.</summary>
    public static bool IsSound(PeerCacheSize? size) => size switch
    {
        { Bytes: > 0, Percentage: null } => true,
        { Bytes: null, Percentage: >= 1 and <= 100 } => true,
        _ => false,
    };

    /// <exception cref="PeerException">The limit is none.</exception>
    public static void Check(PeerCacheSize? size)
    {
        if (!IsSound(size))
        {
            throw PeerErrors.InvalidArgument.Exception(
                "The size of a cache is either a number of bytes above 0, or 1 to 100 percent of its disk.", size);
        }
    }

    /// <summary>The limit in bytes. The folder need not exist yet.</summary>
    /// <exception cref="PeerException">The disk of the folder does not say how large it is.</exception>
    public static long ToBytes(PeerCacheSize size, string folder) =>
        size.Bytes ?? (long)(GetDrive(folder, drive => drive.TotalSize) * (size.Percentage!.Value / 100.0));

    /// <summary>Free bytes of a folder's disk.</summary>
    /// <exception cref="PeerException">The disk does not say it.</exception>
    public static long GetFree(string folder) => GetDrive(folder, drive => drive.AvailableFreeSpace);

    // The folder itself, or what of its path there is: it tells the disk.
    private static string FindExisting(string path)
    {
        string full = Path.GetFullPath(path);
        while (!Directory.Exists(full) && Path.GetDirectoryName(full) is { } parent)
        {
            full = parent;
        }

        return full;
    }

    private static long GetDrive(string folder, Func<DriveInfo, long> get)
    {
        try
        {
            return get(new DriveInfo(FindExisting(folder)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw StorageFailure.Translate(exception, folder);
        }
    }
}
