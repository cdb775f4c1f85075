namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>The messages (MS-PPGRH 2.2.1.2).</summary>
internal enum GraphMessageType : byte
{
    /// <summary>Opens a connection, in the clear.</summary>
    AuthInfo = 0x01,

    /// <summary>Asks to be a neighbor, or for a direct connection.</summary>
    Connect = 0x02,

    /// <summary>Accepts.</summary>
    Welcome = 0x03,

    /// <summary>Refuses, and says whom to ask instead.</summary>
    Refuse = 0x04,

    /// <summary>Ends a connection.</summary>
    Disconnect = 0x05,

    /// <summary>Asks for all records.</summary>
    SolicitNew = 0x06,

    /// <summary>Asks for the records modified since a moment.</summary>
    SolicitTime = 0x07,

    /// <summary>Carries the hashes of the sender's records.</summary>
    SolicitHash = 0x08,

    /// <summary>Lists the records of the ranges whose hashes differ.</summary>
    Advertise = 0x09,

    /// <summary>Asks for records of an ADVERTISE.</summary>
    Request = 0x0A,

    /// <summary>Carries a record.</summary>
    Flood = 0x0B,

    /// <summary>Ends a part of a synchronization.</summary>
    SyncEnd = 0x0C,

    /// <summary>Carries data of an application.</summary>
    PointToPoint = 0x0D,

    /// <summary>Says which records were useful.</summary>
    Ack = 0x0E,
}
