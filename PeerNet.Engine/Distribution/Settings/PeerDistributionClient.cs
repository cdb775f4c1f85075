using System.Globalization;

namespace PeerNet.Engine.Distribution;

/// <summary>What concerns downloads.</summary>
public sealed record PeerDistributionClient
{
    /// <summary>The version of content information that is asked for first.</summary>
    public required PeerContentVersion PreferredVersion { get; init; }

    /// <summary>The round trip to a source below which what came from it is not kept for peers.</summary>
    public required TimeSpan MinimumLatency { get; init; }

    /// <summary>Whether peers are served on battery.</summary>
    public required bool ServeOnBattery { get; init; }

    /// <summary>Whether the machine runs on its battery; null where that cannot be known.</summary>
    public bool? IsOnBattery { get; init; }

    /// <summary>Peers that are served at once.</summary>
    public required int MaxConcurrentUpload { get; init; }

    /// <summary>What blocks are encrypted with for peers.</summary>
    public required PeerBlockCipher Cipher { get; init; }

    /// <summary>Whether blocks go in the clear to peers that ask for that, and are asked for and taken so.</summary>
    public required bool AllowUnencrypted { get; init; }

    /// <summary>What is preferred, and how much is served.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PreferredVersion}, {MaxConcurrentUpload} uploads at once");
}
