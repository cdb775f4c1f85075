using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>Computes P2P IDs, the hashes of peer names (MS-PNRP 1.3.1.2, 3.1.4.4.1).</summary>
internal static class P2PIds
{
    /// <summary>The P2P ID of a name.</summary>
    public static Bits128 Create(SuiteAlgorithms suite, PeerName name)
    {
        Span<byte> classifierHash = stackalloc byte[SuiteAlgorithms.HashLength];
        Span<byte> authorityHash = stackalloc byte[SuiteAlgorithms.HashLength];
        HashClassifier(suite, name.Classifier, classifierHash);
        CopyAuthority(name, authorityHash);
        return Create(suite, classifierHash, authorityHash);
    }

    public static Bits128 Create(
        SuiteAlgorithms suite, ReadOnlySpan<byte> classifierHash, ReadOnlySpan<byte> authorityHash)
    {
        Span<byte> data = stackalloc byte[(3 * SuiteAlgorithms.HashLength) + 4];
        classifierHash.CopyTo(data);
        authorityHash.CopyTo(data[SuiteAlgorithms.HashLength..]);
        classifierHash.CopyTo(data[(2 * SuiteAlgorithms.HashLength)..]);
        "PNRP"u8.CopyTo(data[(3 * SuiteAlgorithms.HashLength)..]);
        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        suite.Hash(data, hash);
        return Bits128.Read(hash);
    }

    /// <summary>The hash of a classifier, over UTF-16LE without NUL: "Unicode" settles neither, Windows has both.</summary>
    public static void HashClassifier(SuiteAlgorithms suite, ReadOnlySpan<char> classifier, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[PeerName.MaximumClassifier * sizeof(char)];
        Utf16.Write(classifier, bytes);
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
