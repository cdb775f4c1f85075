namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// Values kept in the order of their PNRP IDs, seen as a circle. Finding is a binary search; adding and removing move
/// what lies behind.
/// </summary>
internal sealed class IdRing<T>
{
    private const int InitialCapacity = 8;

    private PnrpId[] _ids = new PnrpId[InitialCapacity];
    private T[] _values = new T[InitialCapacity];

    public int Count { get; private set; }

    /// <summary>The value at a position; good until the ring changes.</summary>
    public ref T this[int index] => ref _values.AsSpan(0, Count)[index];

    public PnrpId IdAt(int index) => _ids.AsSpan(0, Count)[index];

    public bool TryFind(PnrpId id, out int index)
    {
        index = LowerBound(id);
        return index < Count && _ids[index] == id;
    }

    public bool Contains(PnrpId id) => TryFind(id, out _);

    /// <summary>The position of the first id that is not less than <paramref name="id"/>; <see cref="Count"/> if none is.</summary>
    public int LowerBound(PnrpId id)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ids[middle] < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Adds a value under an id that is not there yet.</summary>
    public void Add(PnrpId id, T value)
    {
        int index = LowerBound(id);
        if (Count == _ids.Length)
        {
            int capacity = Count + (Count / 2);
            Array.Resize(ref _ids, capacity);
            Array.Resize(ref _values, capacity);
        }

        Array.Copy(_ids, index, _ids, index + 1, Count - index);
        Array.Copy(_values, index, _values, index + 1, Count - index);
        _ids[index] = id;
        _values[index] = value;
        Count++;
    }

    public void RemoveAt(int index)
    {
        Count--;
        Array.Copy(_ids, index + 1, _ids, index, Count - index);
        Array.Copy(_values, index + 1, _values, index, Count - index);
        _values[Count] = default!;
    }

    public void Clear()
    {
        Array.Clear(_values, 0, Count);
        Count = 0;
    }

    /// <summary>The position after another one, going up the circle.</summary>
    public int Up(int index) => index + 1 < Count ? index + 1 : 0;

    /// <summary>The position before another one, going down the circle.</summary>
    public int Down(int index) => index > 0 ? index - 1 : Count - 1;

    /// <summary>Visits every value once, the nearest to <paramref name="target"/> first.</summary>
    public Walk NearestTo(PnrpId target) => new(this, target);

    /// <summary>An outward walk from a point of the circle; the ring must not change meanwhile.</summary>
    public struct Walk
    {
        private readonly IdRing<T> _ring;
        private readonly PnrpId _target;
        private int _up;
        private int _down;
        private int _remaining;
        private PnrpId _upDistance;
        private PnrpId _downDistance;

        internal Walk(IdRing<T> ring, PnrpId target)
        {
            _ring = ring;
            _target = target;
            _remaining = ring.Count;
            Index = -1;
            if (_remaining == 0)
            {
                return;
            }

            int bound = ring.LowerBound(target);
            _up = bound < ring.Count ? bound : 0;
            _down = ring.Down(_up);
            MeasureUp();
            MeasureDown();
        }

        /// <summary>Where the walk is.</summary>
        public int Index { get; private set; }

        /// <summary>How far that is from the target.</summary>
        public PnrpId Distance { get; private set; }

        public bool MoveNext()
        {
            if (_remaining == 0)
            {
                return false;
            }

            _remaining--;
            if (_upDistance <= _downDistance)
            {
                Index = _up;
                Distance = _upDistance;
                _up = _ring.Up(_up);
                MeasureUp();
            }
            else
            {
                Index = _down;
                Distance = _downDistance;
                _down = _ring.Down(_down);
                MeasureDown();
            }

            return true;
        }

        private void MeasureUp() => _upDistance = _target.ClockwiseTo(_ring._ids[_up]);

        private void MeasureDown() => _downDistance = _ring._ids[_down].ClockwiseTo(_target);
    }
}
