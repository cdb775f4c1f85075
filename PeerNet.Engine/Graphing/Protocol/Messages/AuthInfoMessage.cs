using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>AUTH_INFO: the first message of a connection, from who opens it (MS-PPGRH 2.2.2.1).</summary>
internal sealed record AuthInfoMessage : IGraphMessage<AuthInfoMessage>
{
    /// <summary>Bytes of the longest AUTH_INFO: three texts of 255 units.</summary>
    public const int MaximumLength = Fixed + (3 * ((MessageText.MaximumUnits * 3) + 1));

    private const int Fixed = 0x10;
    private const byte Neighbor = 1;
    private const byte Direct = 2;

    public static GraphMessageType MessageType => GraphMessageType.AuthInfo;

    public static int FixedLength => Fixed;

    /// <summary>Whether a direct connection is wanted.</summary>
    public bool IsDirect { get; init; }

    /// <summary>The graph's id.</summary>
    public required string GraphId { get; init; }

    /// <summary>The peer id of the sender.</summary>
    public required string SourcePeerId { get; init; }

    /// <summary>The peer id that the receiver must have; null for any.</summary>
    public string? DestinationPeerId { get; init; }

    public int WireLength =>
        Fixed
        + MessageText.GetLength(GraphId)
        + MessageText.GetLength(SourcePeerId)
        + (DestinationPeerId is null ? 0 : MessageText.GetLength(DestinationPeerId));

    // MS-PPGRH 3.1.5.1.1
    public static bool TryRead(ReadOnlySpan<byte> bytes, out AuthInfoMessage message)
    {
        message = null!;
        if (!GraphMessage.TryOpen<AuthInfoMessage>(bytes, out WireReader reader)
            || !reader.TryReadByte(out byte type)
            || type is not (Neighbor or Direct)
            || !reader.TrySkip(1)
            || !reader.TryReadUInt16(out ushort graph)
            || !reader.TryReadUInt16(out ushort source)
            || !reader.TryReadUInt16(out ushort destination)
            || graph < Fixed
            || graph >= source
            || source >= destination
            || !MessageText.TryRead(bytes, graph, source, out string? graphId)
            || graphId.Length == 0
            || !MessageText.TryRead(bytes, source, destination, out string? sourceId)
            || sourceId.Length == 0)
        {
            return false;
        }

        string? destinationId = null;
        if (destination != bytes.Length
            && (!MessageText.TryRead(bytes, destination, bytes.Length, out destinationId) || destinationId.Length == 0))
        {
            return false;
        }

        message = new AuthInfoMessage
        {
            IsDirect = type == Direct,
            GraphId = graphId,
            SourcePeerId = sourceId,
            DestinationPeerId = destinationId,
        };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        int source = Fixed + MessageText.GetLength(GraphId);
        writer.WriteByte(IsDirect ? Direct : Neighbor);
        writer.WriteByte(0);
        writer.WriteUInt16(Fixed);
        writer.WriteUInt16((ushort)source);
        writer.WriteUInt16((ushort)(source + MessageText.GetLength(SourcePeerId)));
        MessageText.Write(ref writer, GraphId);
        MessageText.Write(ref writer, SourcePeerId);
        if (DestinationPeerId is not null)
        {
            MessageText.Write(ref writer, DestinationPeerId);
        }
    }
}
