using System.Security.Cryptography;

namespace PeerNet.Engine.Security;

/// <summary>The algorithms, identifiers and lengths that a <see cref="PeerSuite"/> fixes.</summary>
public sealed class SuiteAlgorithms
{
    /// <summary>
    /// Bytes of every hash on the wire. MS-PNRP lays its structures out for SHA-1; the Modern suite keeps that layout
    /// and carries the first 20 bytes of SHA-256.
    /// </summary>
    public const int HashLength = 20;

    /// <summary>ECDSA P-256 with SHA-256.</summary>
    public static SuiteAlgorithms Modern { get; } =
        new(PeerSuite.Modern, HashAlgorithmName.SHA256, "1.2.840.10045.2.1", 0x0000800C, 64, 65, "1.2.840.10045.4.3.2");

    /// <summary>RSA-1024 PKCS#1 v1.5 with SHA-1.</summary>
    public static SuiteAlgorithms Windows { get; } =
        new(PeerSuite.Windows, HashAlgorithmName.SHA1, "1.2.840.113549.1.1.1", 0x00008004, 128, 140, "1.2.840.113549.1.1.5");

    private SuiteAlgorithms(
        PeerSuite suite,
        HashAlgorithmName hash,
        string publicKeyOid,
        uint signatureAlgorithmId,
        int signatureLength,
        int publicKeyLength,
        string certificateSignatureOid)
    {
        Suite = suite;
        HashName = hash;
        PublicKeyOid = publicKeyOid;
        SignatureAlgorithmId = signatureAlgorithmId;
        SignatureLength = signatureLength;
        PublicKeyLength = publicKeyLength;
        CertificateSignatureOid = certificateSignatureOid;
    }

    /// <summary>The suite.</summary>
    public PeerSuite Suite { get; }

    /// <summary>The hash under signatures and identifiers.</summary>
    public HashAlgorithmName HashName { get; }

    /// <summary>Dotted object identifier of the public key's algorithm (MS-PNRP 2.2.3.1.4).</summary>
    public string PublicKeyOid { get; }

    /// <summary>The ALG_ID of a signature (MS-PNRP 2.2.3.2): CALG_SHA_256 or CALG_SHA1.</summary>
    public uint SignatureAlgorithmId { get; }

    /// <summary>Bytes of a signature.</summary>
    public int SignatureLength { get; }

    /// <summary>Bytes of the public key's data: an uncompressed P-256 point, or an RSA-1024 RSAPublicKey.</summary>
    public int PublicKeyLength { get; }

    /// <summary>Object identifier of a certificate's signature (MS-PNRP 2.2.3.5): ecdsa-with-SHA256 or sha1RSA.</summary>
    internal string CertificateSignatureOid { get; }

    /// <summary>The algorithms of <paramref name="suite"/>.</summary>
    public static SuiteAlgorithms For(PeerSuite suite) => suite switch
    {
        PeerSuite.Modern => Modern,
        PeerSuite.Windows => Windows,
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "There are two suites."),
    };

    /// <summary>The first <see cref="HashLength"/> bytes of the suite's hash of <paramref name="data"/>.</summary>
    /// <param name="data">What is hashed.</param>
    /// <param name="destination">Receives exactly <see cref="HashLength"/> bytes.</param>
    public void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Span<byte> full = stackalloc byte[32];
        int length = CryptographicOperations.HashData(HashName, data, full);
        full[..Math.Min(length, HashLength)].CopyTo(destination);
    }
}
