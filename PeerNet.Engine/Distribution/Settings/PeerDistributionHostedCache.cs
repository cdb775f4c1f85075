using System.Globalization;

namespace PeerNet.Engine.Distribution;

/// <summary>What concerns hosted caches.</summary>
public sealed record PeerDistributionHostedCache
{
    /// <summary>The hosted caches that are asked.</summary>
    public string[] Servers { get; init; } = [];

    /// <summary>The version of MS-PCHC to offer with.</summary>
    public int Version { get; init; }

    /// <summary>How this hosted cache knows its clients.</summary>
    public PeerDistributionAuthentication Authentication { get; init; }

    /// <summary>The thumbprint of the certificate; null for none.</summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>Segments that this node holds something of.</summary>
    public int HeldSegments { get; init; }

    /// <summary>As a hosted cache: offered segments that it is to fetch.</summary>
    public int PendingFetches { get; init; }

    /// <summary>As a hosted client: segments that it is to offer.</summary>
    public int PendingOffers { get; init; }

    /// <summary>The hosted caches that are asked, or how much this one holds.</summary>
    public override string ToString() => Servers.Length > 0 ? string.Join(", ", Servers) : string.Create(CultureInfo.InvariantCulture, $"{HeldSegments} segments");
}
