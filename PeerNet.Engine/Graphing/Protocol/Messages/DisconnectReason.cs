namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>Why a connection is ended (MS-PPGRH 2.2.2.5).</summary>
internal enum DisconnectReason : byte
{
    /// <summary>The sender leaves the graph.</summary>
    Leaving = 1,

    /// <summary>Maintenance found the connection the least useful.</summary>
    LeastUseful = 2,

    /// <summary>The application wants it.</summary>
    ApplicationDisconnect = 3,
}
