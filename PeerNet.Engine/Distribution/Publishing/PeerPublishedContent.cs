namespace PeerNet.Engine.Distribution;

/// <summary>Content that this node has published.</summary>
public sealed record PeerPublishedContent
{
    /// <summary>The id.</summary>
    public required string ContentId { get; init; }

    /// <summary>The file; null for a stream.</summary>
    public string? Path { get; init; }

    /// <summary>Bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The versions of information there are.</summary>
    public required PeerContentVersion[] Versions { get; init; }

    /// <summary>Where the content server serves it; null for nowhere.</summary>
    public Uri? Uri { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset Published { get; init; }

    /// <summary>The id.</summary>
    public override string ToString() => ContentId;
}
