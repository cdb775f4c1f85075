namespace PeerNet.PowerShell;

/// <summary>The caches of a node.</summary>
public enum PeerCacheType
{
    /// <summary>Segments of content.</summary>
    Data,

    /// <summary>Hashes of published files.</summary>
    Hash,

    /// <summary>Both.</summary>
    All,
}
