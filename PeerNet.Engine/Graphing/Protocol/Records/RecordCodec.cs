using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>PEER_RECORD (MS-PPGRH 2.2.1.9). Syntax only; <see cref="RecordRules"/> judges what it says.</summary>
/// <remarks>Everything is big-endian: integers, GUIDs (most significant byte first), and the units of strings.</remarks>
internal static class RecordCodec
{
    /// <summary>Longest peer id and graph id, in UTF-16 units without the NUL.</summary>
    public const int MaximumIdLength = 255;

    /// <summary>Bytes of a record without any string, security data and payload: the least that is looked at.</summary>
    public const int MinimumLength = 90;

    /// <summary>Most payload and attributes that any graph allows: 60 MB (MS-PPGRH 2.2.3.1).</summary>
    public const int MaximumContent = 62_914_560;

    /// <summary>Most security data that is read. The specification has no limit; a chain of 25 certificates is far
    /// below.</summary>
    public const int MaximumSecurityData = 1024 * 1024;

    /// <summary>Bytes of the longest record there can be.</summary>
    public const int MaximumLength =
        MinimumLength + (3 * (MaximumIdLength + 1) * sizeof(char)) + MaximumSecurityData + MaximumContent;

    private const ushort ProtocolVersion = 0x0100;
    private const byte DeletedFlag = 0x02;
    private const int ReservedLength = 3;
    private const int GuidLength = 16;
    private const int MaximumAttributes = MaximumContent / sizeof(char);

    /// <summary>Reads a record that is exactly as long as <paramref name="bytes"/>. Nothing throws.</summary>
    /// <param name="bytes">They must not change as long as the record is used: payload and security data are views of
    /// them.</param>
    /// <param name="record">The record, when there is no fault.</param>
    /// <param name="order">How its strings are read.</param>
    public static RecordFault Read(
        ReadOnlyMemory<byte> bytes, out GraphRecord? record, TextOrder order = TextOrder.BigEndian)
    {
        record = null;
        if (bytes.Length < MinimumLength)
        {
            return RecordFault.TooShort;
        }

        var reader = new WireReader(bytes.Span);
        if (!TryReadGuid(ref reader, out Guid type)
            || !TryReadGuid(ref reader, out Guid id)
            || !reader.TryReadUInt32(out uint version)
            || !reader.TrySkip(ReservedLength)
            || !reader.TryReadByte(out byte flags))
        {
            return RecordFault.Malformed;
        }

        if (!RecordText.TryRead(ref reader, MaximumIdLength, out string creatorId, order))
        {
            return RecordFault.CreatorIdLength;
        }

        if (!RecordText.TryReadOptional(ref reader, MaximumIdLength, out string modifierId, order))
        {
            return RecordFault.ModifierIdLength;
        }

        if (!TryReadBlob(ref reader, bytes, out ReadOnlyMemory<byte> securityData))
        {
            return RecordFault.Malformed;
        }

        if (securityData.Length > MaximumSecurityData)
        {
            return RecordFault.SecurityDataLength;
        }

        if (!reader.TryReadUInt64(out ulong created)
            || !reader.TryReadUInt64(out ulong expires)
            || !reader.TryReadUInt64(out ulong modified))
        {
            return RecordFault.Malformed;
        }

        if (!RecordText.TryRead(ref reader, MaximumIdLength, out string graphId, order))
        {
            return RecordFault.GraphIdLength;
        }

        if (!reader.TryReadUInt16(out ushort protocolVersion))
        {
            return RecordFault.Malformed;
        }

        if (protocolVersion != ProtocolVersion)
        {
            return RecordFault.ProtocolVersion;
        }

        if (!TryReadBlob(ref reader, bytes, out ReadOnlyMemory<byte> payload)
            || !RecordText.TryReadOptional(ref reader, MaximumAttributes, out string attributes, order)
            || reader.Remaining != 0)
        {
            return RecordFault.Malformed;
        }

        record = new GraphRecord
        {
            Type = type,
            Id = id,
            Version = version,
            IsDeleted = (flags & DeletedFlag) != 0,
            CreatorId = creatorId,
            ModifierId = modifierId,
            SecurityData = securityData,
            Created = new(created),
            Expires = new(expires),
            Modified = new(modified),
            GraphId = graphId,
            Payload = payload,
            Attributes = attributes,
        };
        return RecordFault.None;
    }

    /// <summary>Bytes of a record on the wire.</summary>
    public static int GetLength(GraphRecord record) =>
        MinimumLength
        + GetTextLength(record.CreatorId)
        + GetTextLength(record.ModifierId)
        + record.SecurityData.Length
        + GetTextLength(record.GraphId)
        + record.Payload.Length
        + GetTextLength(record.Attributes);

    /// <summary>Bytes of a record's payload and attributes, as the graph's limit counts them (MS-PPGRH 3.1.7.27).</summary>
    public static long GetContentLength(GraphRecord record) => (long)record.Payload.Length + GetTextLength(record.Attributes);

    /// <summary>Writes a record.</summary>
    public static void Write(ref WireWriter writer, GraphRecord record)
    {
        WriteGuid(ref writer, record.Type);
        WriteGuid(ref writer, record.Id);
        writer.WriteUInt32(record.Version);
        writer.WriteZeros(ReservedLength);
        writer.WriteByte(record.IsDeleted ? DeletedFlag : (byte)0);
        RecordText.Write(ref writer, record.CreatorId);
        RecordText.WriteOptional(ref writer, record.ModifierId);
        WriteBlob(ref writer, record.SecurityData.Span);
        writer.WriteUInt64(record.Created.Ticks);
        writer.WriteUInt64(record.Expires.Ticks);
        writer.WriteUInt64(record.Modified.Ticks);
        RecordText.Write(ref writer, record.GraphId);
        writer.WriteUInt16(ProtocolVersion);
        WriteBlob(ref writer, record.Payload.Span);
        RecordText.WriteOptional(ref writer, record.Attributes);
    }

    /// <summary>A record's bytes.</summary>
    public static byte[] Encode(GraphRecord record)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(GetLength(record));
        var writer = new WireWriter(bytes);
        Write(ref writer, record);
        return bytes;
    }

    private static int GetTextLength(string text) => RecordText.GetOptionalLength(text) - sizeof(uint);

    private static bool TryReadGuid(ref WireReader reader, out Guid guid)
    {
        bool isRead = reader.TryReadBytes(GuidLength, out ReadOnlySpan<byte> bytes);
        guid = isRead ? new Guid(bytes, bigEndian: true) : default;
        return isRead;
    }

    private static void WriteGuid(ref WireWriter writer, Guid guid) =>
        guid.TryWriteBytes(writer.Take(GuidLength), bigEndian: true, out _);

    private static bool TryReadBlob(ref WireReader reader, ReadOnlyMemory<byte> whole, out ReadOnlyMemory<byte> blob)
    {
        blob = default;
        if (!reader.TryReadUInt32(out uint length) || length > (uint)reader.Remaining)
        {
            return false;
        }

        blob = whole.Slice(reader.Position, (int)length);
        return reader.TrySkip((int)length);
    }

    private static void WriteBlob(ref WireWriter writer, ReadOnlySpan<byte> blob)
    {
        writer.WriteUInt32((uint)blob.Length);
        writer.WriteBytes(blob);
    }
}
