namespace PeerNet.Engine.Distribution;

/// <summary>Content to publish: a file, or a stream.</summary>
public sealed record PeerPublishRequest
{
    /// <summary>The file, a full path; null for a stream.</summary>
    public string? Path { get; init; }

    /// <summary>The folder that the file must be in, whatever links are on the way to either; null where it may be
    /// anywhere.</summary>
    public string? Root { get; init; }

    /// <summary>The content, read from here to its end; null for a file. It stays the caller's.</summary>
    public Stream? Stream { get; init; }

    /// <summary>The id to publish it under.</summary>
    public required string ContentId { get; init; }

    /// <summary>The versions of information to make.</summary>
    public IReadOnlyList<PeerContentVersion> Versions { get; init; } = [PeerContentVersion.V1, PeerContentVersion.V2];

    /// <summary>The hash algorithm of information of version 1. Windows knows SHA-256 alone; version 2 has one of its
    /// own.</summary>
    public PeerContentHash HashAlgorithm { get; init; } = PeerContentHash.Sha256;

    /// <summary>Where the content server serves it: a path below the prefix, such as <c>docs/manual.pdf</c>; null for nowhere.</summary>
    public string? ServedAs { get; init; }

    /// <summary>The prefix of the content server, such as <c>http://localhost:8080/files/</c>, or with <c>+</c> for the
    /// host: every address of this machine. Null for none.</summary>
    public string? HttpPrefix { get; init; }

    /// <summary>Whether its segments go into this node's cache, from which peers get them.</summary>
    public bool AddToCache { get; init; }

    /// <summary>A folder that takes the segments for a package (Export-PeerCache); null for none.</summary>
    public string? StagingPath { get; init; }

    /// <summary>A list of segments, as <see cref="IDistributionService.ExportCacheAsync"/> writes it; they are not staged
    /// again. Null for none.</summary>
    public string? ReferenceFile { get; init; }

    /// <summary>Whether content that is published under the id is replaced.</summary>
    public bool Replace { get; init; }
}
