namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>Where a block came from.</summary>
internal enum BlockSource
{
    /// <summary>What an interrupted download had left.</summary>
    PartialFile,

    /// <summary>The local cache.</summary>
    Cache,

    /// <summary>A hosted cache.</summary>
    HostedCache,

    /// <summary>A peer.</summary>
    Peer,

    /// <summary>The source.</summary>
    Origin,
}
