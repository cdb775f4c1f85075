namespace PeerNet.Engine.Pnrp;

/// <summary>Choices between addresses as the wire carries them.</summary>
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
    /// The endpoint of a node that is best reached from here: one of a family this node has, and of those the one that
    /// shares the longest prefix with an own address (the two rules of RFC 6724 section 6 that tell addresses of one
    /// scope apart).
    /// </summary>
    public static PnrpEndpoint Choose(RouteEntry entry, ReadOnlySpan<PnrpEndpoint> own)
    {
        int best = 0;
        int bestRank = -1;
        for (int i = 0; i < entry.AddressCount; i++)
        {
            int rank = Rank(entry[i], own);
            if (rank > bestRank)
            {
                best = i;
                bestRank = rank;
            }
        }

        return entry.GetEndpoint(best);
    }

    private static bool IsMappedIPv4(UInt128 address) => address >> 32 == 0xFFFF;

    private static int Rank(UInt128 address, ReadOnlySpan<PnrpEndpoint> own)
    {
        int rank = -1;
        bool isIPv4 = IsMappedIPv4(address);
        foreach (PnrpEndpoint endpoint in own)
        {
            if (IsMappedIPv4(endpoint.Address) == isIPv4)
            {
                UInt128 difference = endpoint.Address ^ address;
                rank = Math.Max(rank, difference == 0 ? AddressBits : (int)UInt128.LeadingZeroCount(difference));
            }
        }

        return rank;
    }
}
