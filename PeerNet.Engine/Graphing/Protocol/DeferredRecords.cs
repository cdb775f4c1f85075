using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>The Deferred Record List (MS-PPGRH 3.1.1), bounded in records and bytes. The oldest make room.</summary>
internal sealed class DeferredRecords(int maximumCount, long maximumBytes)
{
    private readonly Dictionary<Guid, LinkedListNode<Entry>> _byId = [];
    private readonly LinkedList<Entry> _order = new();
    private long _bytes;

    public int Count => _byId.Count;

    public IReadOnlyList<GraphRecord> List() => [.. _order.Select(entry => entry.Record)];

    /// <summary>Adds a record. Of one id the newest version stays.</summary>
    /// <returns>How many others had to go, or 1 where it does not fit at all.</returns>
    public int Add(GraphRecord record, ReadOnlyMemory<byte> message)
    {
        if (_byId.TryGetValue(record.Id, out LinkedListNode<Entry>? before))
        {
            if (RecordConflict.Compare(record, before.Value.Record) <= 0)
            {
                return 0;
            }

            Remove(before);
        }

        if (maximumCount == 0 || message.Length > maximumBytes)
        {
            return 1;
        }

        int evicted = 0;
        while (_byId.Count >= maximumCount || _bytes + message.Length > maximumBytes)
        {
            Remove(_order.First!);
            evicted++;
        }

        _byId.Add(record.Id, _order.AddLast(new Entry(record, message)));
        _bytes += message.Length;
        return evicted;
    }

    /// <summary>Takes all of them out.</summary>
    public IReadOnlyList<(GraphRecord Record, ReadOnlyMemory<byte> Message)> Take()
    {
        List<(GraphRecord, ReadOnlyMemory<byte>)> taken = [.. _order.Select(entry => (entry.Record, entry.Message))];
        _byId.Clear();
        _order.Clear();
        _bytes = 0;
        return taken;
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byId.Remove(node.Value.Record.Id);
        _order.Remove(node);
        _bytes -= node.Value.Message.Length;
    }

    private readonly record struct Entry(GraphRecord Record, ReadOnlyMemory<byte> Message);
}
