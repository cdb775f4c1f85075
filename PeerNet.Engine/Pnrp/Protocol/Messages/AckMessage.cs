using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Acknowledges a REQUEST or a FLOOD (MS-PNRP 2.2.2.7).</summary>
/// <remarks>The flags field is written only where it says something.</remarks>
internal readonly ref struct AckMessage : IPnrpMessage<AckMessage>
{
    private const ushort NotFoundFlag = 0x0001;

    public static PnrpMessageType MessageType => PnrpMessageType.Ack;

    /// <summary>The message id of the REQUEST or FLOOD.</summary>
    public uint AckedMessageId { get; init; }

    /// <summary>The N flag: the FLOOD's Validate PNRP ID is not registered here.</summary>
    public bool NotFound { get; init; }

    public int WireLength =>
        PnrpWire.FieldHeadLength + sizeof(uint) + (NotFound ? PnrpWire.FieldHeadLength + sizeof(ushort) : 0);

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out AckMessage message)
    {
        message = default;
        if (!reader.TryReadAcked(out uint acked))
        {
            return false;
        }

        ushort flags = 0;
        if (reader.Remaining > 0
            && (!reader.TryReadField(PnrpField.Flags, sizeof(ushort))
                || !reader.TryReadUInt16(out flags)
                || reader.Remaining != 0))
        {
            return false;
        }

        message = new AckMessage { AckedMessageId = acked, NotFound = (flags & NotFoundFlag) != 0 };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteAcked(AckedMessageId);
        if (NotFound)
        {
            writer.WriteField(PnrpField.Flags, sizeof(ushort));
            writer.WriteUInt16(NotFoundFlag);
        }
    }
}
