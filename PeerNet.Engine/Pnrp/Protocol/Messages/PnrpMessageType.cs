namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>The eight message types (MS-PNRP 2.2.1).</summary>
internal enum PnrpMessageType : byte
{
    Solicit = 0x01,
    Advertise = 0x02,
    Request = 0x03,
    Flood = 0x04,
    Inquire = 0x07,
    Authority = 0x08,
    Ack = 0x09,
    Lookup = 0x0B,
}
