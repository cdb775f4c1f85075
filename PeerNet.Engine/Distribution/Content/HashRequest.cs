namespace PeerNet.Engine.Distribution.Content;

/// <summary>What is to be made of content while it is read once.</summary>
internal sealed record HashRequest
{
    /// <summary>The versions; at least one.</summary>
    public required IReadOnlyCollection<PeerContentVersion> Versions { get; init; }

    /// <summary>The hash algorithm of version 1.</summary>
    public PeerContentHash V1Algorithm { get; init; } = PeerContentHash.Sha256;

    /// <summary>Takes the content, in each version; null for nobody. Version 1 then keeps a segment of 32 MiB in memory.</summary>
    public IContentSink? Sink { get; init; }

    /// <summary>What the segments of <see cref="Sink"/> get their keys from; needed with it.</summary>
    public ServerSecret? Secret { get; init; }

    /// <summary>What messages call the content.</summary>
    public required string Name { get; init; }

    /// <summary>Told how far it is.</summary>
    public IProgress<PeerTransferProgress>? Progress { get; init; }
}
