using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>The header of every message (MS-PNRP 2.2.1).</summary>
/// <param name="Type">The message that follows.</param>
/// <param name="MessageId">The sender's number for it, which answers repeat.</param>
internal readonly record struct PnrpHeader(PnrpMessageType Type, uint MessageId)
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 12;

    private const byte Identifier = 0x51;

    public static PnrpHeaderStatus TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out PnrpHeader header)
    {
        header = default;
        if (!reader.TryReadField(PnrpField.Header, Length - PnrpWire.FieldHeadLength)
            || !reader.TryReadByte(out byte identifier)
            || !reader.TryReadByte(out byte major)
            || !reader.TryReadByte(out byte minor)
            || !reader.TryReadByte(out byte type)
            || !reader.TryReadUInt32(out uint messageId)
            || identifier != Identifier)
        {
            return PnrpHeaderStatus.Malformed;
        }

        if (major != PnrpVersion.MajorOf(suite) || minor != PnrpVersion.Minor)
        {
            return PnrpVersion.IsOfOtherSuite(major, minor, suite)
                ? PnrpHeaderStatus.OtherSuite
                : PnrpHeaderStatus.Malformed;
        }

        header = new PnrpHeader((PnrpMessageType)type, messageId);
        return IsKnown(header.Type) ? PnrpHeaderStatus.Ok : PnrpHeaderStatus.UnknownType;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteField(PnrpField.Header, Length - PnrpWire.FieldHeadLength);
        writer.WriteByte(Identifier);
        writer.WriteByte(PnrpVersion.MajorOf(suite));
        writer.WriteByte(PnrpVersion.Minor);
        writer.WriteByte((byte)Type);
        writer.WriteUInt32(MessageId);
    }

    private static bool IsKnown(PnrpMessageType type) => type
        is PnrpMessageType.Solicit
        or PnrpMessageType.Advertise
        or PnrpMessageType.Request
        or PnrpMessageType.Flood
        or PnrpMessageType.Inquire
        or PnrpMessageType.Authority
        or PnrpMessageType.Ack
        or PnrpMessageType.Lookup;
}

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
