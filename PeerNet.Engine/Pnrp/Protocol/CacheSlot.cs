namespace PeerNet.Engine.Pnrp.Protocol;

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
        ? new PnrpId(UInt128.One << (exponent - 128), UInt128.Zero)
        : new PnrpId(UInt128.Zero, UInt128.One << exponent);
}
