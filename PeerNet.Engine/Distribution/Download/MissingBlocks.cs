using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// The blocks that only the source may still have, and how many of them are being read. Both change together: who looks in
/// between would take it that nothing is left to wait for. Safe for several threads.
/// </summary>
internal sealed class MissingBlocks(ContentLayout layout)
{
    private readonly Lock _lock = new();
    private readonly BlockMap _map = new(layout.BlockCount);
    private int _first;
    private int _reading;

    /// <summary>Set when blocks were added, taken or read.</summary>
    public Pulse Changed { get; } = new();

    /// <summary>How many are being read.</summary>
    public int Reading
    {
        get
        {
            lock (_lock)
            {
                return _reading;
            }
        }
    }

    /// <summary>Whether there are none, and none is being read.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_lock)
            {
                return _map.Marked == 0 && _reading == 0;
            }
        }
    }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _map.Marked;
            }
        }
    }

    public void Add(int number, int count = 1)
    {
        lock (_lock)
        {
            Mark(number, count);
        }

        Changed.Set();
    }

    /// <summary>Takes the first run of neighbours, to be read: <see cref="Complete"/> or <see cref="Return"/> ends that.</summary>
    /// <param name="maximumBytes">Bytes of the content that it may have; one block is taken whatever its length.</param>
    /// <param name="first">The first block's number.</param>
    /// <param name="count">How many.</param>
    public bool TryTake(int maximumBytes, out int first, out int count)
    {
        lock (_lock)
        {
            first = _map.NextMarked(_first);
            count = 0;
            if (first < 0)
            {
                return false;
            }

            int bytes = 0;
            for (int number = first; number < _map.Length && _map.Contains(number); number++)
            {
                (int index, int block) = layout.Locate(number);
                bytes += layout.GetContentRange(index, block).Length;
                if (count > 0 && bytes > maximumBytes)
                {
                    break;
                }

                _map.Remove(number);
                count++;
            }

            _first = first + count;
            _reading += count;
        }

        Changed.Set();
        return true;
    }

    /// <summary>Blocks that were taken have been read.</summary>
    public void Complete(int count)
    {
        lock (_lock)
        {
            _reading -= count;
        }

        Changed.Set();
    }

    /// <summary>Blocks that were taken have not been read.</summary>
    public void Return(int number, int count)
    {
        lock (_lock)
        {
            _reading -= count;
            Mark(number, count);
        }

        Changed.Set();
    }

    /// <summary>Takes all blocks of a segment.</summary>
    public BlockSet TakeSegment(int index)
    {
        (int firstBlock, int count) = layout.GetBlocks(index);
        var taken = default(BlockSet);
        lock (_lock)
        {
            for (int block = firstBlock; block < firstBlock + count; block++)
            {
                int number = layout.GetNumber(index, block);
                if (_map.Contains(number))
                {
                    _map.Remove(number);
                    taken.Add(block);
                }
            }
        }

        Changed.Set();
        return taken;
    }

    private void Mark(int number, int count)
    {
        for (int i = number; i < number + count; i++)
        {
            _map.Add(i);
        }

        _first = Math.Min(_first, number);
    }
}
