using System.Security.Cryptography;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>The hashes, secrets and ids of segments (MS-PCCRC 2.2), for each algorithm of content information.</summary>
internal static class SegmentCryptography
{
    /// <summary>Longest hash, in bytes.</summary>
    public const int MaximumHashLength = SHA512.HashSizeInBytes;

    private const int TruncatedLength = 32;

    // MS-PCCRC 2.2 has this as ASCII; on the wire it is UTF-16LE, with a NUL of two bytes.
    private static readonly byte[] CachingMagic = Utf16.Encode("MS_P2P_CACHING\0");

    /// <summary>Whether the number stands for an algorithm of version 1.</summary>
    public static bool IsV1(PeerContentHash algorithm) =>
        algorithm is PeerContentHash.Sha256 or PeerContentHash.Sha384 or PeerContentHash.Sha512;

    /// <summary>Bytes of a hash, a secret and an id.</summary>
    public static int GetHashLength(PeerContentHash algorithm) => algorithm switch
    {
        PeerContentHash.Sha384 => SHA384.HashSizeInBytes,
        PeerContentHash.Sha512 => SHA512.HashSizeInBytes,
        _ => TruncatedLength,
    };

    /// <summary>The hash of bytes.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="destination">Takes as many bytes as <see cref="GetHashLength"/> says.</param>
    public static void Hash(PeerContentHash algorithm, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        switch (algorithm)
        {
            case PeerContentHash.Sha256:
                SHA256.HashData(source, destination);
                break;
            case PeerContentHash.Sha384:
                SHA384.HashData(source, destination);
                break;
            case PeerContentHash.Sha512:
                SHA512.HashData(source, destination);
                break;
            default:
                Span<byte> whole = stackalloc byte[SHA512.HashSizeInBytes];
                SHA512.HashData(source, whole);
                whole[..TruncatedLength].CopyTo(destination);
                break;
        }
    }

    /// <summary>Whether bytes have the hash that they must have.</summary>
    public static bool Matches(PeerContentHash algorithm, ReadOnlySpan<byte> source, ReadOnlySpan<byte> expected)
    {
        Span<byte> hash = stackalloc byte[MaximumHashLength];
        hash = hash[..GetHashLength(algorithm)];
        Hash(algorithm, source, hash);
        return CryptographicOperations.FixedTimeEquals(hash, expected);
    }

    /// <summary>The segment secret: Kp = HMAC(Ks, HoD).</summary>
    public static void DeriveSecret(
        PeerContentHash algorithm, ReadOnlySpan<byte> serverSecret, ReadOnlySpan<byte> hashOfData, Span<byte> destination) =>
        Hmac(algorithm, serverSecret, hashOfData, destination);

    /// <summary>The public id: HoHoDk = HMAC(Kp, HoD + "MS_P2P_CACHING").</summary>
    public static SegmentId DeriveId(
        PeerContentHash algorithm, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> hashOfData)
    {
        Span<byte> source = stackalloc byte[hashOfData.Length + CachingMagic.Length];
        hashOfData.CopyTo(source);
        CachingMagic.CopyTo(source[hashOfData.Length..]);
        Span<byte> id = stackalloc byte[MaximumHashLength];
        id = id[..GetHashLength(algorithm)];
        Hmac(algorithm, secret, source, id);
        SegmentId.TryCreate(id, out SegmentId result);
        return result;
    }

    private static void Hmac(
        PeerContentHash algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        switch (algorithm)
        {
            case PeerContentHash.Sha256:
                HMACSHA256.HashData(key, source, destination);
                break;
            case PeerContentHash.Sha384:
                HMACSHA384.HashData(key, source, destination);
                break;
            case PeerContentHash.Sha512:
                HMACSHA512.HashData(key, source, destination);
                break;
            default:
                // The whole HMAC-SHA-512 is cut, not the hash inside it.
                Span<byte> whole = stackalloc byte[SHA512.HashSizeInBytes];
                HMACSHA512.HashData(key, source, whole);
                whole[..TruncatedLength].CopyTo(destination);
                break;
        }
    }
}
