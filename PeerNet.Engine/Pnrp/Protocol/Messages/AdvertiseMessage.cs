using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Answers a SOLICIT with a list of PNRP IDs (MS-PNRP 2.2.2.2).</summary>
internal readonly ref struct AdvertiseMessage : IPnrpMessage<AdvertiseMessage>
{
    public static PnrpMessageType MessageType => PnrpMessageType.Advertise;

    /// <summary>The message id of the SOLICIT.</summary>
    public uint AckedMessageId { get; init; }

    /// <summary>The ids on offer; none where the sender is too busy.</summary>
    public PnrpIdList Ids { get; init; }

    /// <summary>The SOLICIT's hashed nonce: <see cref="SuiteAlgorithms.HashLength"/> bytes.</summary>
    public required ReadOnlySpan<byte> HashedNonce { get; init; }

    public int WireLength => LengthWith(Ids.Count);

    /// <summary>Bytes of a message with so many ids.</summary>
    public static int LengthWith(int ids) =>
        PnrpWire.FieldHeadLength + sizeof(uint)
        + PnrpWire.ArrayFieldLength(ids * PnrpId.WireLength)
        + PnrpWire.FieldHeadLength + SuiteAlgorithms.HashLength;

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out AdvertiseMessage message)
    {
        message = default;
        if (!reader.TryReadAcked(out uint acked)
            || !PnrpIdList.TryRead(ref reader, out PnrpIdList ids)
            || !reader.TryReadField(PnrpField.HashedNonce, SuiteAlgorithms.HashLength)
            || !reader.TryReadBytes(SuiteAlgorithms.HashLength, out ReadOnlySpan<byte> hashedNonce)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new AdvertiseMessage { AckedMessageId = acked, Ids = ids, HashedNonce = hashedNonce };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteAcked(AckedMessageId);
        Ids.Write(ref writer);
        writer.WriteField(PnrpField.HashedNonce, SuiteAlgorithms.HashLength);
        writer.WriteBytes(HashedNonce);
    }
}
