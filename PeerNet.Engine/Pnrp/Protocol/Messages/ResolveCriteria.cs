namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Which ids a LOOKUP takes for a match (MS-PNRP 2.2.2.8); values, not bits.</summary>
internal enum ResolveCriteria : byte
{
    /// <summary>SEARCH_OPCODE_NONE: all 256 bits.</summary>
    None = 0x00,

    /// <summary>SEARCH_OPCODE_ANY_PEERNAME: the first 128 bits.</summary>
    AnyPeerName = 0x01,

    /// <summary>SEARCH_OPCODE_NEAREST_PEERNAME: all 256 bits, the closest.</summary>
    NearestPeerName = 0x02,

    /// <summary>SEARCH_OPCODE_NEAREST64_PEERNAME: the first 192 bits, the closest.</summary>
    Nearest64PeerName = 0x04,

    /// <summary>SEARCH_OPCODE_UPPER_BITS: as many bits as the Precision says.</summary>
    UpperBits = 0x08,
}

/// <summary>What the criteria mean.</summary>
internal static class ResolveCriteriaExtensions
{
    /// <summary>Whether an id is sufficiently close to a target (MS-PNRP 2.2.2.8).</summary>
    public static bool Matches(this ResolveCriteria criteria, int precision, PnrpId target, PnrpId id) => criteria switch
    {
        ResolveCriteria.AnyPeerName => id.P2PId == target.P2PId,
        ResolveCriteria.Nearest64PeerName => id.CommonPrefixLength(target) >= 192,
        ResolveCriteria.UpperBits => id.CommonPrefixLength(target) >= precision,
        _ => id == target,
    };
}
