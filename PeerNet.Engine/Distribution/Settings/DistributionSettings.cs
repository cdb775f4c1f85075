using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>What a node remembers of how it distributes content.</summary>
internal sealed record DistributionSettings
{
    /// <summary>Peers served at once by default; a hosted cache serves <see cref="HostedServerUploads"/> (MS-PCCRR 3.2.1).</summary>
    public const int DefaultUploads = 64;

    /// <summary>Clients that a hosted cache serves at once by default.</summary>
    public const int HostedServerUploads = 1024;

    /// <summary>Opens the file that the settings are in.</summary>
    /// <exception cref="Core.PeerException">It is damaged, or of a later version.</exception>
    public static SettingsFile<DistributionSettings> Open(string path) => SettingsFile<DistributionSettings>.Open(
        path, "settings", () => new(), settings => DistributionRules.FindErrors(settings).Count == 0);

    /// <summary>The mode.</summary>
    public PeerDistributionMode Mode { get; init; } = PeerDistributionMode.Distributed;

    /// <summary>The hosted caches of a hosted client, as they were given.</summary>
    public IReadOnlyList<string> HostedCacheServers { get; init; } = [];

    /// <summary>The version of MS-PCHC to offer with. A hosted cache of version 1 takes offers over HTTPS only; one of version
    /// 2 takes those over HTTP, and where it has a certificate both.</summary>
    public int HostedCacheVersion { get; init; } = 2;

    /// <summary>The version of content information that is made and asked for first.</summary>
    public PeerContentVersion PreferredVersion { get; init; } = PeerContentVersion.V2;

    /// <summary>Whether peers are served on battery.</summary>
    public bool ServeOnBattery { get; init; }

    /// <summary>The round trip to a source below which its content is not kept. None by default: Windows' 80 ms are for
    /// file servers, and content that a peer has fetched is what its neighbours ask for.</summary>
    public TimeSpan MinimumLatency { get; init; }

    /// <summary>Peers served at once; null for the mode's default.</summary>
    public int? MaxConcurrentUpload { get; init; }

    /// <summary>What blocks are encrypted with for peers.</summary>
    public PeerBlockCipher Cipher { get; init; } = PeerBlockCipher.Aes128;

    /// <summary>Whether blocks go in the clear to peers that ask for that, and are asked for and taken so: then whoever knows
    /// the id of a segment can read it.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>The port of retrieval that was asked for; null prefers the default and takes another if need be.</summary>
    public int? Port { get; init; }

    /// <summary>The port of offers over HTTPS that was asked for; null prefers the default and takes another if need be.</summary>
    public int? HostedCachePort { get; init; }

    /// <summary>Peers served at once.</summary>
    public int EffectiveUploads => MaxConcurrentUpload
        ?? (Mode == PeerDistributionMode.HostedServer ? HostedServerUploads : DefaultUploads);

    /// <summary>Whether the mode keeps a cache.</summary>
    public bool HasCache => Mode != PeerDistributionMode.Disabled;

    /// <summary>Whether the mode answers peers. A hosted client does, because its cache fetches back what it offers.</summary>
    public bool Serves => Mode is PeerDistributionMode.Distributed
        or PeerDistributionMode.HostedServer or PeerDistributionMode.HostedClient;

    /// <summary>Whether the mode discovers peers and is discovered.</summary>
    public bool Discovers => Mode == PeerDistributionMode.Distributed;
}
