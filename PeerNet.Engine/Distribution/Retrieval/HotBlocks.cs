using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>
/// Blocks that several clients ask for at about the same time, as they go out: read, checked and encrypted once for all of
/// them. A crowd that wants the same file costs a server little more than its network.
/// </summary>
/// <remarks>
/// That all get the same ciphertext under the same vector gives nothing away. Vectors differ so that nobody sees that two
/// ciphertexts have the same plaintext; of two answers for a block everybody sees it anyway, because segment and index stand
/// beside it in the clear (MS-PCCRR 2.2.5.3). Different blocks never share a vector.
/// </remarks>
/// <param name="capacity">Most bytes.</param>
/// <param name="time">The clock by which they are given up.</param>
internal sealed class HotBlocks(int capacity, TimeProvider time)
{
    /// <summary>How long a block stays that nobody asks for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // Blocks that were asked for once, by their hash codes; another one at the same place takes it.
    private const int Places = 1 << 14;
    private const int BlockLength = 64 * 1024;

    // What was asked for longer ago than there is room for would be gone again before the third client comes.
    private readonly int _lately = capacity / BlockLength;

    // The hash code, and above it the number of the question.
    private readonly long[] _seen = new long[Places];
    private int _asked;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, LinkedListNode<Kept>> _kept = [];

    // The least recently asked for first.
    private readonly LinkedList<Kept> _order = [];
    private ITimer? _timer;
    private long _length;

    /// <summary>Bytes that are kept.</summary>
    public long Length
    {
        get
        {
            lock (_gate)
            {
                return _length;
            }
        }
    }

    /// <summary>The block as it goes out; null where it is not kept.</summary>
    public HeldBlock? Find(SegmentId id, int index, BlockCipher cipher)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(new(id, index, cipher), out LinkedListNode<Kept>? node))
            {
                return null;
            }

            _order.Remove(node);
            _order.AddLast(node);
            node.ValueRef.Used = time.GetTimestamp();
            return node.Value.Block;
        }
    }

    /// <summary>Notes that a block is asked for.</summary>
    /// <returns>Whether it was before, lately: then it is worth keeping. A client that comes when the others are through, or far
    /// behind them, finds nothing here in any case.</returns>
    public bool IsAskedAgain(SegmentId id, int index)
    {
        int code = HashCode.Combine(id, index);
        int number = Interlocked.Increment(ref _asked);
        long before = Interlocked.Exchange(ref _seen[code & (Places - 1)], ((long)number << 32) | (uint)code);
        return (int)before == code && unchecked(number - (int)(before >> 32)) <= _lately;
    }

    /// <summary>Keeps a block, at the cost of those that were not asked for the longest time.</summary>
    public void Keep(SegmentId id, int index, HeldBlock block)
    {
        var key = new Key(id, index, block.Cipher);
        lock (_gate)
        {
            if (block.Data.Length > capacity || _kept.ContainsKey(key))
            {
                return;
            }

            _kept.Add(key, _order.AddLast(new Kept(key, block) { Used = time.GetTimestamp() }));
            _length += block.Data.Length;
            while (_length > capacity)
            {
                RemoveFirst();
            }

            _timer ??= time.CreateTimer(_ => RemoveOld(), null, Patience, Timeout.InfiniteTimeSpan);
        }
    }

    // There is a timer while there are blocks.
    private void RemoveOld()
    {
        lock (_gate)
        {
            // Read once: what is left of the patience is then never below zero, which a timer would not take.
            long now = time.GetTimestamp();
            while (_order.First is { } first && time.GetElapsedTime(first.Value.Used, now) >= Patience)
            {
                RemoveFirst();
            }

            if (_order.First is { } next)
            {
                _timer!.Change(Patience - time.GetElapsedTime(next.Value.Used, now), Timeout.InfiniteTimeSpan);
            }
            else
            {
                _timer!.Dispose();
                _timer = null;
            }
        }
    }

    private void RemoveFirst()
    {
        Kept kept = _order.First!.Value;
        _order.RemoveFirst();
        _kept.Remove(kept.Key);
        _length -= kept.Block.Data.Length;
    }

    private readonly record struct Key(SegmentId Id, int Index, BlockCipher Cipher);

    private record struct Kept(Key Key, HeldBlock Block)
    {
        public long Used { get; set; }
    }
}
