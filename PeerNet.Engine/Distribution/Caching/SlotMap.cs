namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Which slots of a volume's containers are taken. New segments go to the lowest free one.</summary>
internal sealed class SlotMap
{
    /// <summary>Slots of a container.</summary>
    public const int PerContainer = 256;

    private const int WordBits = 64;

    private readonly List<ulong[]?> _containers = [];
    private readonly SortedSet<int> _withRoom = [];

    /// <summary>How many containers there are, with those that are empty.</summary>
    public int ContainerCount => _containers.Count;

    /// <summary>Takes the lowest free slot.</summary>
    public int Take()
    {
        if (_withRoom.Count == 0)
        {
            _containers.Add(null);
            _withRoom.Add(_containers.Count - 1);
        }

        int container = _withRoom.Min;
        ulong[] words = _containers[container] ??= new ulong[PerContainer / WordBits];
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] != ulong.MaxValue)
            {
                int slot = (container * PerContainer) + (i * WordBits) + System.Numerics.BitOperations.TrailingZeroCount(~words[i]);
                Mark(slot);
                return slot;
            }
        }

        throw new InvalidOperationException("A container with room has none.");
    }

    /// <summary>Takes a certain slot; false where it is taken.</summary>
    public bool TryTake(int slot)
    {
        int container = slot / PerContainer;
        while (_containers.Count <= container)
        {
            _containers.Add(null);
            _withRoom.Add(_containers.Count - 1);
        }

        if (IsTaken(slot))
        {
            return false;
        }

        _containers[container] ??= new ulong[PerContainer / WordBits];
        Mark(slot);
        return true;
    }

    /// <summary>Frees a slot.</summary>
    /// <returns>Whether its container is empty now.</returns>
    public bool Free(int slot)
    {
        int container = slot / PerContainer;
        ulong[] words = _containers[container]!;
        words[slot % PerContainer / WordBits] &= ~(1UL << (slot % WordBits));
        _withRoom.Add(container);
        if (words.Any(word => word != 0))
        {
            return false;
        }

        _containers[container] = null;
        return true;
    }

    public bool IsTaken(int slot) =>
        slot / PerContainer < _containers.Count
        && _containers[slot / PerContainer] is { } words
        && (words[slot % PerContainer / WordBits] >> (slot % WordBits) & 1) != 0;

    private void Mark(int slot)
    {
        int container = slot / PerContainer;
        ulong[] words = _containers[container]!;
        words[slot % PerContainer / WordBits] |= 1UL << (slot % WordBits);
        if (!words.AsSpan().ContainsAnyExcept(ulong.MaxValue))
        {
            _withRoom.Remove(container);
        }
    }
}
