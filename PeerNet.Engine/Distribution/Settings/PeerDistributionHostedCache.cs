namespace PeerNet.Engine.Distribution;

/// <summary>What concerns hosted caches.</summary>
public sealed record PeerDistributionHostedCache
{
    /// <summary>The hosted caches that are asked.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>The version of MS-PCHC to offer with.</summary>
    public int Version { get; init; }

    /// <summary>How this hosted cache knows its clients.</summary>
    public PeerDistributionAuthentication Authentication { get; init; }

    /// <summary>The thumbprint of the certificate; null for none.</summary>
    public string? CertificateThumbprint { get; init; }
}
