namespace PeerNet.Engine.Distribution.Caching;

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
