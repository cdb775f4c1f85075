using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Asks for the CPA of a registration, or whether it is still there (MS-PNRP 2.2.2.5).</summary>
internal readonly ref struct InquireMessage : IPnrpMessage<InquireMessage>
{
    private const int NonceLength = 16;

    public static PnrpMessageType MessageType => PnrpMessageType.Inquire;

    public InquireFlags Flags { get; init; }

    /// <summary>The registration that is asked about.</summary>
    public PnrpId ValidateId { get; init; }

    /// <summary>What the CPA shall repeat; without it, zero.</summary>
    public Bits128? Nonce { get; init; }

    public int WireLength =>
        PnrpWire.PaddedFieldLength(sizeof(ushort))
        + PnrpWire.FieldHeadLength + PnrpId.WireLength
        + (Nonce is null ? 0 : PnrpWire.FieldHeadLength + NonceLength);

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out InquireMessage message)
    {
        message = default;
        if (!reader.TryReadField(PnrpField.Flags, sizeof(ushort))
            || !reader.TryReadUInt16(out ushort flags)
            || !reader.TryAlign(PnrpWire.Alignment)
            || !reader.TryReadIdField(PnrpField.ValidatePnrpId, out PnrpId validateId))
        {
            return false;
        }

        Bits128? nonce = null;
        if (reader.Remaining > 0)
        {
            if (!reader.TryReadField(PnrpField.Nonce, NonceLength)
                || !reader.TryReadBits128(out Bits128 value)
                || reader.Remaining != 0)
            {
                return false;
            }

            nonce = value;
        }

        message = new InquireMessage
        {
            Flags = (InquireFlags)flags & InquireFlags.All,
            ValidateId = validateId,
            Nonce = nonce,
        };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteField(PnrpField.Flags, sizeof(ushort));
        writer.WriteUInt16((ushort)Flags);
        writer.Align(PnrpWire.Alignment);
        writer.WriteIdField(PnrpField.ValidatePnrpId, ValidateId);
        if (Nonce is { } nonce)
        {
            writer.WriteField(PnrpField.Nonce, NonceLength);
            writer.WriteBits128(nonce);
        }
    }
}
