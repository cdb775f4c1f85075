namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>How the fetching of one block ended.</summary>
internal enum FetchOutcome
{
    /// <summary>It is in the cache.</summary>
    Stored,

    /// <summary>It came, and the cache did not take it.</summary>
    NotStored,

    /// <summary>The client does not have it, or is busy.</summary>
    Missing,

    /// <summary>What came is not the block.</summary>
    Corrupt,

    /// <summary>No connection, no answer in time, or an answer that is no message.</summary>
    Failed,
}
