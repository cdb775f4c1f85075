using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>WELCOME: accepts a CONNECT (MS-PPGRH 2.2.2.3).</summary>
internal sealed record WelcomeMessage : IGraphMessage<WelcomeMessage>
{
    private const int Fixed = 0x20;

    public static GraphMessageType MessageType => GraphMessageType.Welcome;

    public static int FixedLength => Fixed;

    /// <summary>The sender's node id.</summary>
    public ulong NodeId { get; init; }

    /// <summary>The sender's peer time.</summary>
    public PeerTime PeerTime { get; init; }

    /// <summary>Neighbors of the sender: up to 255.</summary>
    public IReadOnlyList<GraphEndpoint> Referrals { get; init; } = [];

    /// <summary>The sender's peer id.</summary>
    public required string PeerId { get; init; }

    /// <summary>The sender's name for people; empty for none.</summary>
    public string FriendlyName { get; init; } = "";

    public int WireLength => FriendlyNameOffset + (FriendlyName.Length == 0 ? 0 : MessageText.GetLength(FriendlyName));

    private int PeerIdOffset => Fixed + (Referrals.Count * EndpointArray.ElementLength);

    private int FriendlyNameOffset => PeerIdOffset + MessageText.GetLength(PeerId);

    // MS-PPGRH 3.1.5.2.2
    public static bool TryRead(ReadOnlySpan<byte> bytes, out WelcomeMessage message)
    {
        message = null!;
        if (!GraphMessage.TryOpen<WelcomeMessage>(bytes, out WireReader reader)
            || !reader.TryReadUInt64(out ulong nodeId)
            || !reader.TryReadUInt64(out ulong peerTime)
            || !reader.TryReadByte(out byte count)
            || !reader.TrySkip(1)
            || !reader.TryReadUInt16(out ushort addresses)
            || !reader.TryReadUInt16(out ushort peer)
            || !reader.TryReadUInt16(out ushort name)
            || !GraphMessage.IsInside(addresses, count, EndpointArray.ElementLength, Fixed, peer)
            || peer < Fixed
            || name <= peer
            || name > bytes.Length
            || !EndpointArray.TryRead(bytes, addresses, count, out GraphEndpoint[] referrals)
            || !MessageText.TryRead(bytes, peer, name, out string? peerId)
            || peerId.Length == 0)
        {
            return false;
        }

        string? friendlyName = "";
        if (name != bytes.Length && !MessageText.TryRead(bytes, name, bytes.Length, out friendlyName))
        {
            return false;
        }

        message = new WelcomeMessage
        {
            NodeId = nodeId,
            PeerTime = new PeerTime(peerTime),
            Referrals = referrals,
            PeerId = peerId,
            FriendlyName = friendlyName,
        };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt64(NodeId);
        writer.WriteUInt64(PeerTime.Ticks);
        writer.WriteByte((byte)Referrals.Count);
        writer.WriteByte(0);
        writer.WriteUInt16(Referrals.Count == 0 ? (ushort)0 : (ushort)Fixed);
        writer.WriteUInt16((ushort)PeerIdOffset);
        writer.WriteUInt16((ushort)FriendlyNameOffset);
        EndpointArray.Write(ref writer, Referrals);
        MessageText.Write(ref writer, PeerId);
        if (FriendlyName.Length > 0)
        {
            MessageText.Write(ref writer, FriendlyName);
        }
    }
}
