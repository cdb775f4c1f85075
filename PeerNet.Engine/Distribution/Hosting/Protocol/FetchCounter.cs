namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>What a hosted cache counts of fetching what it was offered.</summary>
internal enum FetchCounter
{
    /// <summary>Offers that are, or were, fetched.</summary>
    Accepted,

    /// <summary>Offers of what is held already.</summary>
    AlreadyHeld,

    /// <summary>Offers of what is being fetched from the same client, or from enough others.</summary>
    Duplicates,

    /// <summary>Offers to be fetched from a port where something else than a peer is likely.</summary>
    PortsRefused,

    /// <summary>Offers of clients of which the last ones brought nothing.</summary>
    ClientsRefused,

    /// <summary>Offers beyond what one client may make the cache fetch.</summary>
    QuotaReached,

    /// <summary>Offers beyond what may wait, or from more clients than are remembered.</summary>
    QueueFull,

    /// <summary>Offers of which all blocks that were wanted came.</summary>
    Completed,

    /// <summary>Offers that ended without all of their blocks.</summary>
    Incomplete,

    /// <summary>Offers that waited too long.</summary>
    Expired,

    /// <summary>Blocks fetched and cached.</summary>
    Blocks,

    /// <summary>Bytes of them.</summary>
    Bytes,

    /// <summary>Blocks that the client did not have.</summary>
    BlocksMissing,

    /// <summary>Blocks that were not what they had to be.</summary>
    BlocksCorrupt,

    /// <summary>Requests without an answer in time.</summary>
    RequestsFailed,

    /// <summary>Blocks that the cache did not take: its disk is full or broken.</summary>
    BlocksNotStored,
}
