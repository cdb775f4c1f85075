using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>REFUSE: turns down a CONNECT (MS-PPGRH 2.2.2.4).</summary>
internal sealed record RefuseMessage : IGraphMessage<RefuseMessage>
{
    private const int Fixed = 0x0C;

    public static GraphMessageType MessageType => GraphMessageType.Refuse;

    public static int FixedLength => Fixed;

    /// <summary>Why.</summary>
    public RefuseCode Code { get; init; }

    /// <summary>Whom to ask instead: up to 255.</summary>
    public IReadOnlyList<GraphEndpoint> Referrals { get; init; } = [];

    public int WireLength => Fixed + (Referrals.Count * EndpointArray.ElementLength);

    // MS-PPGRH 3.1.5.2.3
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RefuseMessage message)
    {
        message = null!;
        if (!GraphMessage.TryOpen<RefuseMessage>(bytes, out WireReader reader)
            || !reader.TryReadByte(out byte code)
            || code is < (byte)RefuseCode.Busy or > (byte)RefuseCode.DirectConnectionDisallowed
            || !reader.TryReadByte(out byte count)
            || !reader.TryReadUInt16(out ushort addresses)
            || !GraphMessage.IsInside(addresses, count, EndpointArray.ElementLength, Fixed, bytes.Length)
            || !EndpointArray.TryRead(bytes, addresses, count, out GraphEndpoint[] referrals))
        {
            return false;
        }

        message = new RefuseMessage { Code = (RefuseCode)code, Referrals = referrals };
        return true;
    }

    // MS-PPGRH 3.1.5.2.1: the offset is 0 where there is no array.
    public void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)Code);
        writer.WriteByte((byte)Referrals.Count);
        writer.WriteUInt16(Referrals.Count == 0 ? (ushort)0 : (ushort)Fixed);
        EndpointArray.Write(ref writer, Referrals);
    }
}
