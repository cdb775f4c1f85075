namespace PeerNet.Engine.Distribution;

/// <summary>The caches of a node.</summary>
public enum PeerCacheType
{
    /// <summary>Segments of content.</summary>
    Data,

    /// <summary>Content information of published files.</summary>
    Hash,
}
