using System.Buffers.Binary;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

/// <summary>Computes PNRP IDs (MS-PNRP 1.3.1.2, 3.1.4.4.1).</summary>
internal static class PnrpIds
{
    /// <summary>The id of one registration of a name.</summary>
    /// <param name="suite">The suite of the cloud.</param>
    /// <param name="name">The peer name.</param>
    /// <param name="prefix">The upper half of the service location.</param>
    /// <param name="suffix">The lower half of the service location.</param>
    public static PnrpId Create(SuiteAlgorithms suite, PeerName name, ulong prefix, ulong suffix) =>
        new(P2PId(suite, name), new UInt128(prefix, suffix));

    /// <summary>The upper half of the ids of all registrations of a name.</summary>
    public static UInt128 P2PId(SuiteAlgorithms suite, PeerName name)
    {
        Span<byte> classifierHash = stackalloc byte[SuiteAlgorithms.HashLength];
        Span<byte> authorityHash = stackalloc byte[SuiteAlgorithms.HashLength];
        HashClassifier(suite, name.Classifier, classifierHash);
        CopyAuthority(name, authorityHash);
        return P2PId(suite, classifierHash, authorityHash);
    }

    public static UInt128 P2PId(
        SuiteAlgorithms suite, ReadOnlySpan<byte> classifierHash, ReadOnlySpan<byte> authorityHash)
    {
        Span<byte> data = stackalloc byte[(3 * SuiteAlgorithms.HashLength) + 4];
        classifierHash.CopyTo(data);
        authorityHash.CopyTo(data[SuiteAlgorithms.HashLength..]);
        classifierHash.CopyTo(data[(2 * SuiteAlgorithms.HashLength)..]);
        "PNRP"u8.CopyTo(data[(3 * SuiteAlgorithms.HashLength)..]);
        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        suite.Hash(data, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>The hash of a classifier, over UTF-16LE without NUL: "Unicode" settles neither, Windows has both.</summary>
    public static void HashClassifier(SuiteAlgorithms suite, ReadOnlySpan<char> classifier, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[PeerName.MaximumClassifier * sizeof(char)];
        PeerText.WriteUtf16(classifier, bytes);
        suite.Hash(bytes[..(classifier.Length * sizeof(char))], destination);
    }

    /// <summary>The binary authority of a name: zeros for an unsecured one.</summary>
    public static void CopyAuthority(PeerName name, Span<byte> destination)
    {
        destination.Clear();
        if (name.IsSecure)
        {
            Convert.FromHexString(name.Authority, destination, out _, out _);
        }
    }
}
