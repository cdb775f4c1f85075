using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>CONNECT: asks for a neighbor or direct connection, or brings the addresses of one up to date (MS-PPGRH
/// 2.2.2.2).</summary>
internal sealed record ConnectMessage : IGraphMessage<ConnectMessage>
{
    private const int Fixed = 0x18;
    private const byte UpdateFlag = 0x08;
    private const byte DirectFlag = 0x04;
    private const byte NeighborListFlag = 0x01;

    public static GraphMessageType MessageType => GraphMessageType.Connect;

    public static int FixedLength => Fixed;

    /// <summary>Whether the sender listens since now, or elsewhere.</summary>
    public bool IsUpdate { get; init; }

    /// <summary>Whether a direct connection is wanted.</summary>
    public bool IsDirect { get; init; }

    /// <summary>Whether WELCOME should name neighbors.</summary>
    public bool WantsNeighbors { get; init; }

    /// <summary>The sender's node id.</summary>
    public ulong NodeId { get; init; }

    /// <summary>Where the sender listens: up to 255 endpoints.</summary>
    public IReadOnlyList<GraphEndpoint> Endpoints { get; init; } = [];

    /// <summary>The sender's name for people; empty for none.</summary>
    public string FriendlyName { get; init; } = "";

    public int WireLength => FriendlyNameOffset + (FriendlyName.Length == 0 ? 0 : MessageText.GetLength(FriendlyName));

    private int FriendlyNameOffset => Fixed + (Endpoints.Count * EndpointArray.ElementLength);

    // MS-PPGRH 3.1.5.2.1
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ConnectMessage message)
    {
        message = null!;
        if (!GraphMessage.TryOpen<ConnectMessage>(bytes, out WireReader reader)
            || !reader.TryReadByte(out byte flags)
            || !reader.TryReadByte(out byte count)
            || !reader.TryReadUInt16(out ushort addresses)
            || !reader.TryReadUInt16(out ushort name)
            || !reader.TrySkip(2)
            || !reader.TryReadUInt64(out ulong nodeId)
            || !GraphMessage.IsInside(addresses, count, EndpointArray.ElementLength, Fixed, name)
            || ((flags & UpdateFlag) != 0 && count == 0)
            || name > bytes.Length
            || name < Fixed
            || !EndpointArray.TryRead(bytes, addresses, count, out GraphEndpoint[] endpoints))
        {
            return false;
        }

        string? friendlyName = "";
        if (name != bytes.Length && !MessageText.TryRead(bytes, name, bytes.Length, out friendlyName))
        {
            return false;
        }

        message = new ConnectMessage
        {
            IsUpdate = (flags & UpdateFlag) != 0,
            IsDirect = (flags & DirectFlag) != 0,
            WantsNeighbors = (flags & NeighborListFlag) != 0,
            NodeId = nodeId,
            Endpoints = endpoints,
            FriendlyName = friendlyName,
        };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)(
            (IsUpdate ? UpdateFlag : 0) | (IsDirect ? DirectFlag : 0) | (WantsNeighbors ? NeighborListFlag : 0)));
        writer.WriteByte((byte)Endpoints.Count);
        writer.WriteUInt16(Fixed);
        writer.WriteUInt16((ushort)FriendlyNameOffset);
        writer.WriteUInt16(0);
        writer.WriteUInt64(NodeId);
        EndpointArray.Write(ref writer, Endpoints);
        if (FriendlyName.Length > 0)
        {
            MessageText.Write(ref writer, FriendlyName);
        }
    }
}
