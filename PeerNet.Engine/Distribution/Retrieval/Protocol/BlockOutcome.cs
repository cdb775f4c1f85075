namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>How a request for a block ended.</summary>
internal enum BlockOutcome
{
    /// <summary>It is here, and has the hash it must have.</summary>
    Received,

    /// <summary>The peer does not have it.</summary>
    Missing,

    /// <summary>The peer is busy: an empty answer (MS-PCCRR 3.2.5).</summary>
    Busy,

    /// <summary>What came is not the block: the peer lies, or damages data.</summary>
    Corrupt,

    /// <summary>No connection, no answer in time, or an answer that is no message.</summary>
    Failed,
}
