namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>How a database is synchronized (MS-PPGRH 1.3.5.4).</summary>
internal enum SyncKind
{
    /// <summary>All records come from the other side: the node was never in the graph.</summary>
    New,

    /// <summary>The records modified since the node left come from the other side; a hash synchronization follows.</summary>
    Time,

    /// <summary>Both sides get what they lack.</summary>
    Hash,
}
