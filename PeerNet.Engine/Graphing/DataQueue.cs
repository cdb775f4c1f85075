using System.Runtime.CompilerServices;

namespace PeerNet.Engine.Graphing;

/// <summary>
/// The data that came through the connections of a node's graphs, until somebody receives it. It is bounded; the oldest
/// makes room.
/// </summary>
/// <param name="maximumItems">Most items.</param>
/// <param name="maximumBytes">Most bytes of data; one item may have more.</param>
internal sealed class DataQueue(int maximumItems, long maximumBytes)
{
    /// <summary>Items that wait at most.</summary>
    public const int DefaultItems = 10_000;

    /// <summary>Bytes that wait at most.</summary>
    public const long DefaultBytes = 64L * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly LinkedList<PeerDataItem> _items = [];
    private readonly Dictionary<string, long> _lost = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;

    /// <summary>Adds an item.</summary>
    public void Add(PeerDataItem item)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _items.AddLast(item);
            _bytes += item.Data.Length;
            while (_items.Count > maximumItems || (_bytes > maximumBytes && _items.Count > 1))
            {
                PeerDataItem oldest = _items.First!.Value;
                Remove(_items.First);
                _lost[oldest.GraphId] = _lost.GetValueOrDefault(oldest.GraphId) + 1;
            }

            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    /// <summary>Takes out what is wanted, the oldest first.</summary>
    public async IAsyncEnumerable<PeerDataItem> TakeAsync(
        PeerDataSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            PeerDataItem? item;
            lock (_lock)
            {
                changed = _changed.Task;
                item = Take(selection);
            }

            if (item is not null)
            {
                yield return item;
            }
            else if (selection.IsWaiting)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                yield break;
            }
        }
    }

    /// <summary>How many items of a graph, or of all, have made room since the last question.</summary>
    public long TakeLost(string? graphId)
    {
        lock (_lock)
        {
            long lost = graphId is null ? _lost.Values.Sum() : _lost.GetValueOrDefault(graphId);
            if (graphId is null)
            {
                _lost.Clear();
            }
            else
            {
                _lost.Remove(graphId);
            }

            return lost;
        }
    }

    /// <summary>Forgets the data of a graph that is closed.</summary>
    public void Forget(string graphId)
    {
        lock (_lock)
        {
            for (LinkedListNode<PeerDataItem>? node = _items.First; node is not null;)
            {
                LinkedListNode<PeerDataItem>? next = node.Next;
                if (node.Value.GraphId == graphId)
                {
                    Remove(node);
                }

                node = next;
            }

            _lost.Remove(graphId);
        }
    }

    private PeerDataItem? Take(PeerDataSelection selection)
    {
        for (LinkedListNode<PeerDataItem>? node = _items.First; node is not null; node = node.Next)
        {
            if (IsWanted(selection, node.Value))
            {
                Remove(node);
                return node.Value;
            }
        }

        return null;
    }

    private static bool IsWanted(PeerDataSelection selection, PeerDataItem item) =>
        (selection.GraphId is null || selection.GraphId == item.GraphId)
        && (selection.ConnectionId is null || selection.ConnectionId == item.ConnectionId)
        && (selection.DataTypes.Count == 0 || selection.DataTypes.Contains(item.DataType));

    private void Remove(LinkedListNode<PeerDataItem> node)
    {
        _items.Remove(node);
        _bytes -= node.Value.Data.Length;
    }
}
