using PeerNet.Engine.Core;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// A PNRP ID: 128 bits of P2P ID, then 128 bits of service location (MS-PNRP 1.3.1.2). The number space is a circle.
/// </summary>
public readonly record struct PnrpId : IComparable<PnrpId>
{
    /// <summary>Bytes of a PNRP ID on the wire.</summary>
    public const int WireLength = 32;

    internal PnrpId(Bits128 p2pId, Bits128 serviceLocation) => (P2PId, ServiceLocation) = (p2pId, serviceLocation);

    /// <summary>64 lower-case hexadecimal digits: the P2P ID, then the service location.</summary>
    public string Value => ToString();

    /// <summary>The upper half: the hash of the peer name.</summary>
    internal Bits128 P2PId { get; }

    /// <summary>The lower half: which registration of the name this is.</summary>
    internal Bits128 ServiceLocation { get; }

    /// <summary>Reads what <see cref="Value"/> gives.</summary>
    /// <returns>Whether the text is 64 hexadecimal digits.</returns>
    public static bool TryParse(string? text, out PnrpId id)
    {
        const int HalfLength = WireLength;
        id = default;
        if (text?.Length != 2 * HalfLength
            || !Bits128.TryParse(text.AsSpan(0, HalfLength), out Bits128 upper)
            || !Bits128.TryParse(text.AsSpan(HalfLength), out Bits128 lower))
        {
            return false;
        }

        id = new PnrpId(upper, lower);
        return true;
    }

    /// <summary>The distance walked clockwise (upwards, wrapping at 2^256) from this id to <paramref name="other"/>.</summary>
    public PnrpId ClockwiseTo(PnrpId other)
    {
        bool borrow = false;
        Bits128 low = Bits128.Subtract(other.ServiceLocation, ServiceLocation, ref borrow);
        return new PnrpId(Bits128.Subtract(other.P2PId, P2PId, ref borrow), low);
    }

    /// <summary>The shorter way round the circle between this id and <paramref name="other"/>.</summary>
    public PnrpId DistanceTo(PnrpId other)
    {
        PnrpId clockwise = ClockwiseTo(other);
        PnrpId back = other.ClockwiseTo(this);
        return clockwise.CompareTo(back) <= 0 ? clockwise : back;
    }

    /// <summary>Whether this id is strictly nearer to <paramref name="target"/> than <paramref name="other"/> is.</summary>
    public bool IsCloserTo(PnrpId target, PnrpId other) =>
        DistanceTo(target).CompareTo(other.DistanceTo(target)) < 0;

    /// <summary>The id that many steps up the circle.</summary>
    public PnrpId Add(PnrpId offset)
    {
        bool carry = false;
        Bits128 low = Bits128.Add(ServiceLocation, offset.ServiceLocation, ref carry);
        return new PnrpId(Bits128.Add(P2PId, offset.P2PId, ref carry), low);
    }

    /// <summary>The next id: what a registration looks up to find its neighbours (MS-PNRP 3.2.4.1).</summary>
    internal PnrpId Next => Add(new PnrpId(new Bits128(0, 0), new Bits128(0, 1)));

    /// <summary>How many leading bits the two ids share: 0 to 256.</summary>
    public int CommonPrefixLength(PnrpId other)
    {
        int high = (P2PId ^ other.P2PId).LeadingZeroCount();
        return high < 128 ? high : 128 + (ServiceLocation ^ other.ServiceLocation).LeadingZeroCount();
    }

    /// <summary>Numeric order, not order on the circle.</summary>
    public int CompareTo(PnrpId other)
    {
        int high = P2PId.CompareTo(other.P2PId);
        return high != 0 ? high : ServiceLocation.CompareTo(other.ServiceLocation);
    }

    /// <summary>Whether <paramref name="left"/> is numerically less than <paramref name="right"/>.</summary>
    public static bool operator <(PnrpId left, PnrpId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is numerically greater than <paramref name="right"/>.</summary>
    public static bool operator >(PnrpId left, PnrpId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is numerically at most <paramref name="right"/>.</summary>
    public static bool operator <=(PnrpId left, PnrpId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is numerically at least <paramref name="right"/>.</summary>
    public static bool operator >=(PnrpId left, PnrpId right) => left.CompareTo(right) >= 0;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{P2PId}{ServiceLocation}";
}
