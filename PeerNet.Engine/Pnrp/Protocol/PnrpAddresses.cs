using PeerNet.Engine.Core;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What addresses say as the wire carries them.</summary>
internal static class PnrpAddresses
{
    /// <summary>Whether one machine can have the address: it is neither unspecified nor multicast nor broadcast.</summary>
    public static bool IsUnicast(Bits128 address)
    {
        if (address.IsMappedIPv4)
        {
            uint v4 = (uint)address.Lower;
            return v4 != 0 && v4 >> 28 is not (0xE or 0xF);
        }

        return address != default && (byte)(address.Upper >> 56) != 0xFF;
    }

    /// <summary>
    /// How near two addresses are: the bits of their common prefix, or −1 where their families differ (the two rules of
    /// RFC 6724 section 6 that tell addresses of one scope apart).
    /// </summary>
    public static int Likeness(Bits128 left, Bits128 right)
    {
        if (left.IsMappedIPv4 != right.IsMappedIPv4)
        {
            return -1;
        }

        return (left ^ right).LeadingZeroCount();
    }
}
