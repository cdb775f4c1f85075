using System.Globalization;

namespace PeerNet.Engine.Distribution;

/// <summary>What a finished download says of itself.</summary>
public sealed record PeerContentReceipt
{
    /// <summary>The file; null where the content went elsewhere.</summary>
    public string? Path { get; init; }

    /// <summary>Bytes of content.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes from the local cache.</summary>
    public long BytesFromCache { get; init; }

    /// <summary>Bytes from peers.</summary>
    public long BytesFromPeers { get; init; }

    /// <summary>Bytes from a hosted cache.</summary>
    public long BytesFromHostedCache { get; init; }

    /// <summary>Bytes from the source.</summary>
    public long BytesFromSource { get; init; }

    /// <summary>Bytes that an interrupted download had left, checked again.</summary>
    public long BytesResumed { get; init; }

    /// <summary>Peers that served at least one block.</summary>
    public int Peers { get; init; }

    /// <summary>Peers that were excluded for sending what they should not.</summary>
    public int ExcludedPeers { get; init; }

    /// <summary>Whether every byte has been checked against content information. False for plain content, which a
    /// server without content information sent.</summary>
    public required bool Verified { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The file, or how many bytes came.</summary>
    public override string ToString() => Path ?? string.Create(CultureInfo.InvariantCulture, $"{Length} bytes");
}
