namespace PeerNet.Engine.Distribution;

/// <summary>What is to be downloaded, and where to.</summary>
public sealed record PeerReceiveRequest
{
    /// <summary>The content's information; null where <see cref="Uri"/> is to say it.</summary>
    public PeerContentInformation? Information { get; init; }

    /// <summary>A content server's address (MS-PCCRTP); null where the information is given.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The file to write, a full path. It appears when it is whole.</summary>
    public required string Path { get; init; }

    /// <summary>Whether an existing file is replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The first byte wanted.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes are wanted; null for all from <see cref="Offset"/>.</summary>
    public long? Length { get; init; }

    /// <summary>Where missing ranges are fetched: the plain content over HTTP. With <see cref="Uri"/> it is that.</summary>
    public Uri? SourceUri { get; init; }

    /// <summary>A file or share that has the plain content.</summary>
    public string? SourcePath { get; init; }

    /// <summary>What the cached segments are tagged with; empty for nothing.</summary>
    public Guid Tag { get; init; }

    /// <summary>Whether the local cache is neither asked nor filled.</summary>
    public bool NoCache { get; init; }

    /// <summary>When to give up; null for never.</summary>
    public TimeSpan? Timeout { get; init; }
}
