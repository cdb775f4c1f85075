using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// The PNRP version bytes of a suite: 4.0 is what MS-PNRP fixes (Windows), 5.0 announces the Modern suite. The header,
/// the CPA and the ROUTE_ENTRY carry them.
/// </summary>
internal static class PnrpVersion
{
    public const byte Minor = 0;

    public static byte MajorOf(SuiteAlgorithms suite) => suite.Suite == PeerSuite.Modern ? (byte)5 : (byte)4;

    /// <summary>Whether the bytes are the version of the suite that <paramref name="suite"/> is not.</summary>
    public static bool IsOfOtherSuite(byte major, byte minor, SuiteAlgorithms suite) =>
        minor == Minor && major is 4 or 5 && major != MajorOf(suite);
}
