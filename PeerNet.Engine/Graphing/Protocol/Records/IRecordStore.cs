namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>
/// The database of one graph as the protocol sees it. Calls do not overlap; those that read see what was written before,
/// committed or not. Memory does not grow with the records' content: long lists are read in pages.
/// </summary>
/// <remarks>It is the machine's own memory, a table among its others, and so it answers at once. Whoever runs the machine
/// begins batches and commits them before effects leave. What goes wrong with the disk is a
/// <see cref="Core.PeerException"/>, and nothing is kept of that call or of the batch that it belongs to.</remarks>
internal interface IRecordStore
{
    /// <summary>How many records there are, tombstones included.</summary>
    int Count { get; }

    /// <summary>The key of the record with an id, without reading its content.</summary>
    bool TryGetKey(Guid id, out RecordKey key);

    /// <summary>The record with an id, a tombstone too; null where there is none.</summary>
    GraphRecord? Find(Guid id);

    /// <summary>Adds a record, or puts it in the place of the one with the same id.</summary>
    /// <param name="record">The record.</param>
    /// <param name="bytes">What <see cref="RecordCodec"/> has read it from, or has written; empty where nobody has that.</param>
    void Put(GraphRecord record, ReadOnlyMemory<byte> bytes = default);

    /// <summary>Purges a record.</summary>
    void Remove(Guid id);

    /// <summary>A page of keys in their order.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    /// <param name="limit">The most that are wanted.</param>
    IReadOnlyList<RecordKey> ListKeys(RecordSelection selection, RecordKey? after, int limit);

    /// <summary>The records that expire before a moment, the earliest first.</summary>
    IReadOnlyList<RecordKey> ListExpiring(PeerTime before, int limit);

    /// <summary>When the next record expires; null where there is none.</summary>
    PeerTime? NextExpiration { get; }

    /// <summary>The types of all records, each once.</summary>
    IReadOnlyList<Guid> ListTypes();
}
