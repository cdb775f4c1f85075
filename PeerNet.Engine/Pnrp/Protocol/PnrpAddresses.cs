namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What addresses say as the wire carries them.</summary>
internal static class PnrpAddresses
{
    private const int AddressBits = 128;

    /// <summary>Whether one machine can have the address: it is neither unspecified nor multicast nor broadcast.</summary>
    public static bool IsUnicast(UInt128 address)
    {
        if (IsMappedIPv4(address))
        {
            uint v4 = (uint)address;
            return v4 != 0 && v4 >> 28 is not (0xE or 0xF);
        }

        return address != UInt128.Zero && (byte)(address >> 120) != 0xFF;
    }

    /// <summary>
    /// How near two addresses are: the bits of their common prefix, or −1 where their families differ (the two rules of
    /// RFC 6724 section 6 that tell addresses of one scope apart).
    /// </summary>
    public static int Likeness(UInt128 left, UInt128 right)
    {
        if (IsMappedIPv4(left) != IsMappedIPv4(right))
        {
            return -1;
        }

        UInt128 difference = left ^ right;
        return difference == 0 ? AddressBits : (int)UInt128.LeadingZeroCount(difference);
    }

    private static bool IsMappedIPv4(UInt128 address) => address >> 32 == 0xFFFF;
}
