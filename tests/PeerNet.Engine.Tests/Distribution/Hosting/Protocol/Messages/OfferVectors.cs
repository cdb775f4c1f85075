namespace PeerNet.Engine.Tests.Distribution.Hosting.Protocol.Messages;

/// <summary>
/// Messages written down by hand from the layouts of MS-PCHC 2.2. Blanks are for the reader; an id is written as
/// <c>ID</c>: 32 bytes that count from 0. The port is 8008, the tag <c>WinINet</c>.
/// </summary>
internal static class OfferVectors
{
    public const string InitialOffer = "00 01 0001 00000000  1F48 000000000000  ID";

    // Content information of one segment of 100,000 bytes in two blocks, whose integers are little-endian (MS-PCCRC 2.3):
    // version, SHA-256, offset, length, one segment; its offset, length, block size, HoD, Kp; two hashes.
    public const string SegmentInfo =
        "00 01 0002 00000000  1F48 000000000000  57696E494E65740000000000000000 00 " + Information;

    public const string Information =
        "0001 0C800000 00000000 A0860100 01000000  0000000000000000 A0860100 00000100 HASHOFDATA SECRET  02000000 ID ID";

    // A segment of version 2, then one of version 1.
    public const string BatchedOffer =
        "00 02 0003 00000000  1F48 000000000000"
        + "  0000C350 0000C350 0010 57696E494E65740000000000000000 00 04 ID"
        + "  00010000 02000000 0010 57696E494E65740000000000000000 00 01 ID";

    public const string Ok = "00000001 00";

    public const string Interested = "00000001 01";

    public const string Id = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";

    // SHA-256 of the two hashes above: what HoD must be where all blocks are described.
    private const string HashOfData = "HASHOFDATA";

    private static readonly string Secret = string.Concat(Enumerable.Repeat("5A", 32));

    public static byte[] Bytes(string vector) => Convert.FromHexString(vector
        .Replace(HashOfData, ComputeHashOfData(), StringComparison.Ordinal)
        .Replace("SECRET", Secret, StringComparison.Ordinal)
        .Replace("ID", Id, StringComparison.Ordinal)
        .Replace(" ", "", StringComparison.Ordinal));

    private static string ComputeHashOfData() =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(Id + Id)));
}
