using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>DISCONNECT: ends a connection (MS-PPGRH 2.2.2.5).</summary>
internal sealed record DisconnectMessage : IGraphMessage<DisconnectMessage>
{
    private const int Fixed = 0x0C;

    public static GraphMessageType MessageType => GraphMessageType.Disconnect;

    public static int FixedLength => Fixed;

    /// <summary>Why.</summary>
    public DisconnectReason Reason { get; init; }

    /// <summary>Whom to connect to instead: up to 255.</summary>
    public IReadOnlyList<GraphEndpoint> Referrals { get; init; } = [];

    public int WireLength => Fixed + (Referrals.Count * EndpointArray.ElementLength);

    // MS-PPGRH 3.1.5.2.4
    public static bool TryRead(ReadOnlySpan<byte> bytes, out DisconnectMessage message)
    {
        message = null!;
        if (!GraphMessage.TryOpen<DisconnectMessage>(bytes, out WireReader reader)
            || !reader.TryReadByte(out byte reason)
            || reason is < (byte)DisconnectReason.Leaving or > (byte)DisconnectReason.ApplicationDisconnect
            || !reader.TryReadByte(out byte count)
            || !reader.TryReadUInt16(out ushort addresses)
            || !GraphMessage.IsInside(addresses, count, EndpointArray.ElementLength, Fixed, bytes.Length)
            || !EndpointArray.TryRead(bytes, addresses, count, out GraphEndpoint[] referrals))
        {
            return false;
        }

        message = new DisconnectMessage { Reason = (DisconnectReason)reason, Referrals = referrals };
        return true;
    }

    // MS-PPGRH 3.1.7.25: the offset is the message's size where there is no array.
    public void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)Reason);
        writer.WriteByte((byte)Referrals.Count);
        writer.WriteUInt16(Fixed);
        EndpointArray.Write(ref writer, Referrals);
    }
}
