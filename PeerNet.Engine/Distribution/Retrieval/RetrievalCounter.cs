namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>What the retrieval server counts.</summary>
internal enum RetrievalCounter
{
    /// <summary>Requests that came in, sound or not.</summary>
    Requests,

    /// <summary>Requests that are no message.</summary>
    Malformed,

    /// <summary>Requests of a version that is not spoken here, or for versions.</summary>
    Negotiations,

    /// <summary>Requests beyond the clients that are served at once.</summary>
    Busy,

    /// <summary>Blocks asked for that are not here.</summary>
    BlocksMissing,

    /// <summary>Blocks sent.</summary>
    BlocksServed,

    /// <summary>Of those, blocks that were ciphertext here already.</summary>
    SealedBlocksServed,

    /// <summary>Bytes of blocks sent.</summary>
    BytesServed,

    /// <summary>Exchanges that took longer than the upload timer allows.</summary>
    TimedOut,

    /// <summary>Exchanges that the client ended.</summary>
    Aborted,
}
