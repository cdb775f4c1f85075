namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>Why a CONNECT is refused (MS-PPGRH 2.2.2.4).</summary>
internal enum RefuseCode : byte
{
    /// <summary>The node has as many neighbors as it may.</summary>
    Busy = 1,

    /// <summary>The connection is connected already.</summary>
    AlreadyConnected = 2,

    /// <summary>The two nodes are connected by another connection.</summary>
    DuplicateConnection = 3,

    /// <summary>The node takes no direct connections.</summary>
    DirectConnectionDisallowed = 4,
}
