using System.Security.Cryptography;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>What names one certificate or revocation and no other: the first half of its SHA-256. Serial numbers do not,
/// because who issues certificates chooses them, and may give one of them twice.</summary>
internal static class Fingerprint
{
    /// <summary>Bytes of a fingerprint.</summary>
    public const int Length = 16;

    /// <summary>The fingerprint of a certificate's DER, or of a revocation's payload.</summary>
    public static Bits128 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Bits128.Read(hash);
    }
}
