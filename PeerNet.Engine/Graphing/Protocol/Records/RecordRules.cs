namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>What a received record must fulfil before the security provider sees it (MS-PPGRH 3.1.7.27).</summary>
internal static class RecordRules
{
    /// <summary>Least of the limits that a graph can set on its records: 1 KB.</summary>
    public const int LeastRecordSize = 1024;

    /// <summary>Reads a record and checks it. Nothing throws.</summary>
    /// <param name="bytes">They must not change as long as the record is used.</param>
    /// <param name="graphId">The graph's id.</param>
    /// <param name="maximumRecordSize">The graph's limit on payload and attributes, in bytes; 0 for 60 MB.</param>
    /// <param name="record">The record, when there is no fault.</param>
    public static RecordFault Read(
        ReadOnlyMemory<byte> bytes, string graphId, uint maximumRecordSize, out GraphRecord? record)
    {
        RecordFault fault = Read(bytes, TextOrder.BigEndian, graphId, maximumRecordSize, out record);

        // The specification does not tell the order of the strings; the graph's id, which is one of them, does.
        return fault is RecordFault.GraphId or RecordFault.RecordId
            && Read(bytes, TextOrder.LittleEndian, graphId, maximumRecordSize, out record) == RecordFault.None
                ? RecordFault.None
                : fault;
    }

    private static RecordFault Read(
        ReadOnlyMemory<byte> bytes, TextOrder order, string graphId, uint maximumRecordSize, out GraphRecord? record)
    {
        RecordFault fault = RecordCodec.Read(bytes, out record, order);
        if (fault == RecordFault.None)
        {
            fault = Check(record!, graphId, maximumRecordSize);
        }

        if (fault != RecordFault.None)
        {
            record = null;
        }

        return fault;
    }

    /// <summary>Checks a record whose form is sound.</summary>
    public static RecordFault Check(GraphRecord record, string graphId, uint maximumRecordSize)
    {
        if (!RecordIds.IsValid(record.Id, record.Type, record.CreatorId))
        {
            return RecordFault.RecordId;
        }

        if (record.Expires <= record.Modified)
        {
            return RecordFault.ExpirationTime;
        }

        if (record.Modified < record.Created)
        {
            return RecordFault.ModificationTime;
        }

        if (record.GraphId != graphId)
        {
            return RecordFault.GraphId;
        }

        if (record.IsDeleted && !record.Payload.IsEmpty)
        {
            return RecordFault.DeletedPayload;
        }

        if (RecordCodec.GetContentLength(record) > GetLimit(maximumRecordSize))
        {
            return RecordFault.RecordSize;
        }

        if (record.Modified == record.Created && record.ModifierId.Length > 0)
        {
            return RecordFault.UnmodifiedWithModifier;
        }

        return RecordAttributes.TryRead(record.Attributes, out _) ? RecordFault.None : RecordFault.Attributes;
    }

    /// <summary>A graph's limit on payload and attributes, in bytes.</summary>
    /// <param name="maximumRecordSize">As the graph info has it: 0 for 60 MB.</param>
    public static uint GetLimit(uint maximumRecordSize) =>
        maximumRecordSize == 0 ? RecordCodec.MaximumContent : Math.Min(maximumRecordSize, RecordCodec.MaximumContent);
}
