using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Payloads;

/// <summary>The payload of the graph info record (MS-PPGRH 2.2.3.1).</summary>
internal static class GraphInfoPayload
{
    /// <summary>Longest comment, in UTF-16 units.</summary>
    public const int MaximumComment = 511;

    /// <summary>Longest name, in UTF-16 units.</summary>
    public const int MaximumName = 255;

    // Bit 30 counted from the most significant one.
    private const uint DeferExpirationFlag = 0x2;

    // One of those that readers have to ignore: with it the scope of a link means one machine.
    private const uint LoopbackFlag = 0x8000_0000;

    private const int FixedLength = 6 * sizeof(uint);
    private const uint ShortestPresence = 300;

    /// <summary>Reads a payload. False for values that the specification forbids; nothing throws.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="graphId">The graph's id, which tells the order of the strings.</param>
    /// <param name="properties">What it says.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, string graphId, out GraphProperties properties) =>
        (TryRead(bytes, TextOrder.BigEndian, out properties) && properties.GraphId == graphId)
        || (TryRead(bytes, TextOrder.LittleEndian, out properties) && properties.GraphId == graphId);

    private static bool TryRead(ReadOnlySpan<byte> bytes, TextOrder order, out GraphProperties properties)
    {
        properties = null!;
        var reader = new WireReader(bytes);
        if (!reader.TryReadUInt32(out uint size)
            || size != (uint)bytes.Length
            || !reader.TryReadUInt32(out uint flags)
            || !reader.TryReadUInt32(out uint scope)
            || !RecordText.TryRead(ref reader, RecordCodec.MaximumIdLength, out string graphId, order)
            || !RecordText.TryRead(ref reader, RecordCodec.MaximumIdLength, out string creatorId, order)
            || !RecordText.TryReadOptional(ref reader, MaximumName, out string friendlyName, order)
            || !RecordText.TryReadOptional(ref reader, MaximumComment, out string comment, order)
            || !reader.TryReadUInt32(out uint presenceLifetime)
            || !reader.TryReadUInt32(out uint maximumPresence)
            || !reader.TryReadUInt32(out uint maximumRecordSize)
            || reader.Remaining != 0)
        {
            return false;
        }

        properties = new GraphProperties
        {
            GraphId = graphId,
            CreatorId = creatorId,
            FriendlyName = friendlyName,
            Comment = comment,
            Scope = ReadScope((PeerGraphScope)scope, flags),
            DefersExpiration = (flags & DeferExpirationFlag) != 0,
            PresenceSeconds = presenceLifetime,
            MaximumPresence = maximumPresence,
            MaximumRecordSize = maximumRecordSize,
        };
        return IsValid(properties);
    }

    private static PeerGraphScope ReadScope(PeerGraphScope scope, uint flags) =>
        scope == PeerGraphScope.LinkLocal && (flags & LoopbackFlag) != 0 ? PeerGraphScope.Loopback : scope;

    /// <summary>Whether every value is one that the specification allows.</summary>
    public static bool IsValid(GraphProperties properties) =>
        properties.GraphId.Length is > 0 and <= RecordCodec.MaximumIdLength
        && properties.CreatorId.Length is > 0 and <= RecordCodec.MaximumIdLength
        && properties.FriendlyName.Length <= MaximumName
        && properties.Comment.Length <= MaximumComment
        && properties.Scope != PeerGraphScope.Any && Enum.IsDefined(properties.Scope)
        && properties.PresenceSeconds is 0 or >= ShortestPresence
        && properties.MaximumRecordSize
            is 0 or (>= RecordRules.LeastRecordSize and <= RecordCodec.MaximumContent);

    public static byte[] Encode(GraphProperties properties)
    {
        byte[] bytes = new byte[
            FixedLength
            + RecordText.GetLength(properties.GraphId)
            + RecordText.GetLength(properties.CreatorId)
            + RecordText.GetOptionalLength(properties.FriendlyName)
            + RecordText.GetOptionalLength(properties.Comment)];
        var writer = new WireWriter(bytes);
        writer.WriteUInt32((uint)bytes.Length);
        bool isLoopback = properties.Scope == PeerGraphScope.Loopback;
        writer.WriteUInt32((properties.DefersExpiration ? DeferExpirationFlag : 0) | (isLoopback ? LoopbackFlag : 0));
        writer.WriteUInt32((uint)(isLoopback ? PeerGraphScope.LinkLocal : properties.Scope));
        RecordText.Write(ref writer, properties.GraphId);
        RecordText.Write(ref writer, properties.CreatorId);
        RecordText.WriteOptional(ref writer, properties.FriendlyName);
        RecordText.WriteOptional(ref writer, properties.Comment);
        writer.WriteUInt32(properties.PresenceSeconds);
        writer.WriteUInt32(properties.MaximumPresence);
        writer.WriteUInt32(properties.MaximumRecordSize);
        return bytes;
    }
}
