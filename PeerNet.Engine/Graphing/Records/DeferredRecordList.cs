namespace PeerNet.Engine.Graphing.Records;

/// <summary>The Deferred Record List (MS-PPGRH 3.1.1): records that the security provider could not judge yet. It has limits,
/// since anybody can send such records: the oldest go first. Other nodes keep what is lost here, and send it again.</summary>
internal sealed class DeferredRecordList
{
    /// <summary>Most records.</summary>
    public const int MaximumCount = 1000;

    /// <summary>Most bytes of them all.</summary>
    public const long MaximumBytes = 16 * 1024 * 1024;

    private readonly LinkedList<GraphRecord> _records = [];
    private readonly Dictionary<Guid, LinkedListNode<GraphRecord>> _byId = [];
    private long _bytes;

    /// <summary>How many there are.</summary>
    public int Count => _records.Count;

    /// <summary>How many were given up for room.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>The records, the oldest first.</summary>
    public IReadOnlyCollection<GraphRecord> Records => _records;

    /// <summary>Adds a record. Of two with one id the newer stays.</summary>
    public void Add(GraphRecord record)
    {
        if (_byId.TryGetValue(record.Id, out LinkedListNode<GraphRecord>? node))
        {
            if (RecordConflict.Compare(record, node.Value) <= 0)
            {
                return;
            }

            Remove(node);
        }

        _byId.Add(record.Id, _records.AddLast(record));
        _bytes += RecordCodec.GetLength(record);
        while (_records.Count > MaximumCount || _bytes > MaximumBytes)
        {
            Remove(_records.First!);
            DroppedCount++;
        }
    }

    /// <summary>Takes all records out, to validate them again (MS-PPGRH 3.1.4.10).</summary>
    public IReadOnlyList<GraphRecord> TakeAll()
    {
        GraphRecord[] all = [.. _records];
        _records.Clear();
        _byId.Clear();
        _bytes = 0;
        return all;
    }

    private void Remove(LinkedListNode<GraphRecord> node)
    {
        _records.Remove(node);
        _byId.Remove(node.Value.Id);
        _bytes -= RecordCodec.GetLength(node.Value);
    }
}
