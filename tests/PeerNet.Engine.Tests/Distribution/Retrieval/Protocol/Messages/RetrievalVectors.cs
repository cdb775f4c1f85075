namespace PeerNet.Engine.Tests.Distribution.Retrieval.Protocol.Messages;

/// <summary>
/// Messages written down by hand from the layouts of MS-PCCRR 2.2. Blanks are for the reader; an id is written as
/// <c>ID</c>: 32 bytes that count from 0.
/// </summary>
internal static class RetrievalVectors
{
    public const string NegoReq = "00000001 00000000 00000018 00000001  00000001 00000002";

    public const string NegoResp = "00000018  00000001 00000001 00000018 00000001  00000001 00000002";

    // Blocks 0 and 1, and 42 to 48.
    public const string GetBlkList =
        "00000001 00000002 00000048 00000001  00000020 ID  00000002 00000000 00000002 0000002A 00000007";

    // Block 511, no verification data.
    public const string GetBlks =
        "00000001 00000003 00000044 00000001  00000020 ID  00000001 000001FF 00000001  00000000";

    // Block 1, then 44; the next one held is 47.
    public const string BlkList =
        "0000004C  00000001 00000004 0000004C 00000001  00000020 ID  00000002 00000001 00000001 0000002C 00000001  0000002F";

    // Nothing held.
    public const string EmptyBlkList =
        "0000003C  00000001 00000004 0000003C 00000001  00000020 ID  00000000  00000000";

    // Block 3 of six bytes, padded by two; the next one held is 5. The vector comes behind the data.
    public const string Blk =
        "00000060  00000001 00000005 00000060 00000002  00000020 ID  00000003 00000005  00000006 A1A2A3A4A5A6 0000"
        + "  00000000  00000010 F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF";

    // Block 3 is not here.
    public const string EmptyBlk =
        "00000048  00000001 00000005 00000048 00000001  00000020 ID  00000003 00000000  00000000  00000000  00000000";

    public const string GetSegList =
        "00000002 00000006 00000070 00000001  101112131415161718191A1B1C1D1E1F  00000002  00000020 ID  00000020 ID  00000000";

    // The first two segments and the fourth; their ages in hundredths of a second: 1 s, 655.36 s.
    public const string SegList =
        "00000044  00000002 00000007 00000044 00000001  101112131415161718191A1B1C1D1E1F"
        + "  00000002 00000000 00000002 00000003 00000001  0000000C 0001 03 02 00 640000 03 000001";

    public static byte[] Bytes(string vector) =>
        Convert.FromHexString(vector.Replace("ID", Id, StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));

    public const string Id = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
}
