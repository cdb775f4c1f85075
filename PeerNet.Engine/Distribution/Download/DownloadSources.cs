using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Whom downloads ask, in this order: the cache, hosted caches, peers. The source belongs to each download.</summary>
internal sealed record DownloadSources
{
    /// <summary>Asks hosted caches and peers.</summary>
    public required IRetrievalClient Client { get; init; }

    /// <summary>The local cache; null for none.</summary>
    public ISegmentCache? Cache { get; init; }

    /// <summary>The base addresses of hosted caches.</summary>
    public IReadOnlyList<Uri> HostedCaches { get; init; } = [];

    /// <summary>Finds peers; null where they are not asked.</summary>
    public IPeerFinder? Finder { get; init; }
}
