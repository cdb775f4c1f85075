namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// How the circle is divided around a centre (MS-PNRP 3.2.1.1, note 5): level 0 is the whole circle, each next level
/// the eighth part of it around the centre, and every level has 16 slots. The two slots next to the centre are the next
/// level. A cache with one entry in each slot is an order of magnitude nearer to any target than the target is far, so
/// a search takes O(log10 n) steps.
/// </summary>
internal static class CacheLevels
{
    /// <summary>Slots of a level.</summary>
    public const int Slots = 1 << SlotBits;

    /// <summary>Levels of a cache: enough for 2^60 ids. Nearer ids are the leaf set's business.</summary>
    public const int Count = 20;

    private const int SlotBits = 4;
    private const int LevelBits = 3;
    private const int IdBits = 256;

    /// <summary>The level that an id belongs to.</summary>
    public static int LevelOf(PnrpId centre, PnrpId id)
    {
        int leadingZeros = centre.DistanceTo(id).CommonPrefixLength(default);
        return Math.Clamp((leadingZeros - 1) / LevelBits, 0, Count - 1);
    }

    /// <summary>The slot that an id lies in.</summary>
    public static CacheSlot SlotOf(PnrpId centre, PnrpId id)
    {
        int bits = SlotSizeBits(LevelOf(centre, id));
        return new CacheSlot(centre.Add(ClearLow(centre.ClockwiseTo(id), bits)), bits);
    }

    /// <summary>A slot by its number, counted up the circle from the centre.</summary>
    public static CacheSlot SlotAt(PnrpId centre, int level, int index)
    {
        int bits = SlotSizeBits(level);
        return new CacheSlot(centre.Add(Shift(index, bits)), bits);
    }

    /// <summary>Whether a slot is one of the two that the next level divides further.</summary>
    public static bool IsDivided(int index) => index is 0 or Slots - 1;

    /// <summary>The deepest level whose slots hold at least one id on average, in a cloud of so many ids.</summary>
    public static int DeepestFilled(long cloudSize)
    {
        int bits = 63 - (int)long.LeadingZeroCount(Math.Max(1, cloudSize));
        return Math.Clamp((bits - SlotBits) / LevelBits, 0, Count - 1);
    }

    private static int SlotSizeBits(int level) => IdBits - SlotBits - (LevelBits * level);

    private static PnrpId Shift(int value, int bits) => bits >= 128
        ? new PnrpId((UInt128)value << (bits - 128), default)
        : new PnrpId(bits == 0 ? UInt128.Zero : (UInt128)value >> (128 - bits), (UInt128)value << bits);

    private static PnrpId ClearLow(PnrpId value, int bits) => bits >= 128
        ? new PnrpId((UInt128)value.P2PId >> (bits - 128) << (bits - 128), default)
        : new PnrpId(value.P2PId, (UInt128)value.ServiceLocation >> bits << bits);
}

/// <summary>A piece of the circle that a cache wants one entry from.</summary>
/// <param name="Start">Its first id.</param>
/// <param name="SizeBits">Its size, as a power of two.</param>
internal readonly record struct CacheSlot(PnrpId Start, int SizeBits)
{
    private const int IdBits = 256;

    /// <summary>The id in the middle.</summary>
    public PnrpId Middle => Start.Add(PowerOfTwo(SizeBits - 1));

    /// <summary>
    /// How many leading bits an id must share with <see cref="Middle"/> so as to lie in the slot for certain: just
    /// sufficient to fill the gap (MS-PNRP note 6).
    /// </summary>
    public ushort Precision => (ushort)(IdBits - SizeBits + 1);

    public bool Contains(PnrpId id) => Start.ClockwiseTo(id) < PowerOfTwo(SizeBits);

    private static PnrpId PowerOfTwo(int exponent) => exponent >= 128
        ? new PnrpId(UInt128.One << (exponent - 128), default)
        : new PnrpId(default, UInt128.One << exponent);
}
