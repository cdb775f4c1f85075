namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>What became of a datagram's header; everything but <see cref="Ok"/> is dropped in silence and counted.</summary>
internal enum PnrpHeaderStatus
{
    /// <summary>A header of the node's own suite, with a known message type.</summary>
    Ok,

    /// <summary>Not a PNRP header, or of a version that no suite has.</summary>
    Malformed,

    /// <summary>A header of the other suite.</summary>
    OtherSuite,

    /// <summary>A message type that MS-PNRP 2.2.1 does not define.</summary>
    UnknownType,
}
