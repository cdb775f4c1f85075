namespace PeerNet.Engine.Distribution;

/// <summary>What is to change of the settings; null leaves one as it is.</summary>
public sealed record PeerDistributionChange
{
    /// <summary>The mode.</summary>
    public PeerDistributionMode? Mode { get; init; }

    /// <summary>Hosted caches to ask, as host, host:port, [v6]:port or a base address.</summary>
    public IReadOnlyList<string>? HostedCacheServers { get; init; }

    /// <summary>The version of MS-PCHC to offer with: 1 (HTTPS) or 2 (HTTP). A hosted cache of version 1 takes offers over
    /// HTTPS only.</summary>
    public int? HostedCacheVersion { get; init; }

    /// <summary>The certificate of a hosted cache of version 1, as PKCS #12 with its key.</summary>
    public ReadOnlyMemory<byte>? Certificate { get; init; }

    /// <summary>How a hosted cache knows its clients.</summary>
    public PeerDistributionAuthentication? Authentication { get; init; }

    /// <summary>The version of content information that is asked for and made first.</summary>
    public PeerContentVersion? PreferredVersion { get; init; }

    /// <summary>Whether peers are served while the machine runs on its battery.</summary>
    public bool? ServeOnBattery { get; init; }

    /// <summary>The round trip to a source below which what came from it is not kept for peers.</summary>
    public TimeSpan? MinimumLatency { get; init; }

    /// <summary>Peers that are served at once; more get the busy answer.</summary>
    public int? MaxConcurrentUpload { get; init; }

    /// <summary>What blocks are encrypted with for peers.</summary>
    public PeerBlockCipher? Cipher { get; init; }

    /// <summary>Whether blocks go in the clear to peers that ask for that, and are asked for and taken so.</summary>
    public bool? AllowUnencrypted { get; init; }

    /// <summary>The port of retrieval.</summary>
    public int? Port { get; init; }

    /// <summary>The port of offers over HTTPS.</summary>
    public int? HostedCachePort { get; init; }

    /// <summary>A passphrase whose hash becomes the server secret; cleared by the caller.</summary>
    public ReadOnlyMemory<char>? SecretPassphrase { get; init; }

    /// <summary>A key file that Export-PeerDistributionKey or Windows wrote.</summary>
    public ReadOnlyMemory<byte>? SecretKeyFile { get; init; }

    /// <summary>The passphrase of <see cref="SecretKeyFile"/>; cleared by the caller.</summary>
    public ReadOnlyMemory<char>? SecretKeyPassphrase { get; init; }
}
