using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Asks for the route entries of ids from an ADVERTISE (MS-PNRP 2.2.2.3).</summary>
internal readonly ref struct RequestMessage : IPnrpMessage<RequestMessage>
{
    private const int NonceLength = 16;

    public static PnrpMessageType MessageType => PnrpMessageType.Request;

    /// <summary>The conversation's nonce, whose hash the SOLICIT carried.</summary>
    public Bits128 Nonce { get; init; }

    public PnrpIdList Ids { get; init; }

    public int WireLength => PnrpWire.FieldHeadLength + NonceLength + Ids.WireLength;

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out RequestMessage message)
    {
        message = default;
        if (!reader.TryReadField(PnrpField.Nonce, NonceLength)
            || !reader.TryReadBits128(out Bits128 nonce)
            || !PnrpIdList.TryRead(ref reader, out PnrpIdList ids)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new RequestMessage { Nonce = nonce, Ids = ids };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteField(PnrpField.Nonce, NonceLength);
        writer.WriteBits128(Nonce);
        Ids.Write(ref writer);
    }
}
