using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// A segment of the store, as far as it is kept in memory: about 200 bytes with its id and its place in the table, because
/// a cache has millions of them. The gate of the table guards it.
/// </summary>
internal sealed class CachedSegment(long row, SegmentId id, PeerContentVersion version, int length, bool isSealed)
{
    // Blocks of version 1. A segment of version 2 is one block, for which a flag is enough.
    private readonly Blocks? _blocks = version == PeerContentVersion.V1 ? new Blocks() : null;
    private readonly byte _version = (byte)version;
    private bool _hasOnlyBlock;
    private ushort _round;

    /// <summary>Its number in the index, never used again.</summary>
    public long Row { get; } = row;

    public SegmentId Id { get; } = id;

    /// <summary>Bytes of the whole segment. HoD says nothing of it; it is certain once the last block is held.</summary>
    public int Length { get; set; } = length;

    /// <summary>Whether its blocks are ciphertext.</summary>
    public bool IsSealed { get; } = isSealed;

    public PeerContentVersion Version => (PeerContentVersion)_version;

    /// <summary>The number of the volume it is on.</summary>
    public short Volume { get; set; }

    /// <summary>Its slot there, in version 2.</summary>
    public int Slot { get; set; }

    /// <summary>The neighbours in order of use.</summary>
    public CachedSegment? Older { get; set; }

    public CachedSegment? Newer { get; set; }

    /// <summary>Seconds since 1970 by the wall clock.</summary>
    public uint Added { get; set; }

    /// <summary>Seconds since 1970 by the wall clock, to the minute.</summary>
    public uint LastUsed { get; set; }

    /// <summary>When it was last used by <see cref="CacheClock"/>, to the minute.</summary>
    public uint Stamp { get; set; }

    /// <summary>Operations on its storage under way: while there are any, the storage stays.</summary>
    public ushort Pins { get; set; }

    /// <summary>Whether the table does not have it any more.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Whether it was removed because its disk is gone: nothing of it is to be erased.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether the index is to be told of it.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether the index has a row of it.</summary>
    public bool IsIndexed { get; set; }

    public int BlockSize => Version == PeerContentVersion.V1 ? PeerContentSegment.V1BlockSize : Length;

    public int BlockCount => (Length + BlockSize - 1) / BlockSize;

    /// <summary>The blocks that can be read.</summary>
    public BlockSet Held
    {
        get => _blocks is null ? BlockSet.First(_hasOnlyBlock ? 1 : 0) : _blocks.Held;
        set
        {
            if (_blocks is null)
            {
                _hasOnlyBlock = value.Contains(0);
            }
            else
            {
                _blocks.Held = value;
            }
        }
    }

    public int GetBlockLength(int index) => Math.Min(BlockSize, Length - (index * BlockSize));

    public bool Holds(int index) => _blocks?.Held.Contains(index) ?? (_hasOnlyBlock && index == 0);

    public bool HoldsAny => _blocks is null ? _hasOnlyBlock : _blocks.Held.Count > 0;

    /// <summary>Whether what a block is on the disk was seen to be right in a round of checks (<see cref="SegmentTable.Round"/>).</summary>
    public bool IsChecked(int index, ushort round) => _round == round && (_blocks?.Checked.Contains(index) ?? true);

    /// <summary>Notes that it was.</summary>
    public void SetChecked(int index, ushort round)
    {
        if (_blocks is not null)
        {
            BlockSet known = _round == round ? _blocks.Checked : default;
            known.Add(index);
            _blocks.Checked = known;
        }

        _round = round;
    }

    /// <summary>Notes that it was in no round.</summary>
    public void ClearChecked(int index)
    {
        if (_blocks is null)
        {
            _round = 0;
            return;
        }

        BlockSet known = _blocks.Checked;
        known.Remove(index);
        _blocks.Checked = known;
    }

    /// <summary>The segment as Get-PeerCache shows it.</summary>
    public PeerCacheSegment ToPublic(Guid tag) => new()
    {
        SegmentId = Id,
        Version = Version,
        Length = Length,
        BlocksHeld = Held.Count,
        BlockCount = BlockCount,
        Tag = tag,
        Added = DateTimeOffset.FromUnixTimeSeconds(Added),
        LastUsed = DateTimeOffset.FromUnixTimeSeconds(LastUsed),
        IsSealed = IsSealed,
    };

    private sealed class Blocks
    {
        public BlockSet Held { get; set; }

        public BlockSet Checked { get; set; }
    }
}
