using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

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
