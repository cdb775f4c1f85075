using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PeerNet.Engine.Security;

/// <summary>The public half of an identity's key.</summary>
public sealed class PeerPublicKey : IEquatable<PeerPublicKey>
{
    private const byte UncompressedPoint = 0x04;

    private readonly byte[] _keyData;
    private readonly byte[] _subjectPublicKeyInfo;
    private readonly byte[] _authorityHash = new byte[SuiteAlgorithms.HashLength];

    private PeerPublicKey(SuiteAlgorithms algorithms, byte[] keyData, byte[] subjectPublicKeyInfo)
    {
        Algorithms = algorithms;
        _keyData = keyData;
        _subjectPublicKeyInfo = subjectPublicKeyInfo;
        algorithms.Hash(subjectPublicKeyInfo, _authorityHash);
    }

    /// <summary>The suite that the key is for.</summary>
    public PeerSuite Suite => Algorithms.Suite;

    /// <summary>The authority of the owner's secure names: 40 lower-case hexadecimal digits.</summary>
    public string Authority => Convert.ToHexStringLower(_authorityHash);

    /// <summary>The DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7), to be handed on.</summary>
    public byte[] ExportSubjectPublicKeyInfo() => [.. _subjectPublicKeyInfo];

    /// <summary>Reads what <see cref="ExportSubjectPublicKeyInfo"/> gave; null for anything else. It may come from others.</summary>
    public static PeerPublicKey? ImportSubjectPublicKeyInfo(ReadOnlySpan<byte> info) =>
        TryReadSubjectPublicKeyInfo(SuiteAlgorithms.Modern, info, out PeerPublicKey? key)
        || TryReadSubjectPublicKeyInfo(SuiteAlgorithms.Windows, info, out key)
            ? key
            : null;

    /// <summary>The algorithms of the key's suite.</summary>
    internal SuiteAlgorithms Algorithms { get; }

    /// <summary>The key as a CPA carries it (MS-PNRP 2.2.3.1.4): RSAPublicKey DER, or an uncompressed P-256 point.</summary>
    internal ReadOnlySpan<byte> KeyData => _keyData;

    /// <summary>The DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7).</summary>
    internal ReadOnlySpan<byte> SubjectPublicKeyInfo => _subjectPublicKeyInfo;

    /// <summary>The hash of <see cref="SubjectPublicKeyInfo"/>: the authority of the owner's secure names.</summary>
    internal ReadOnlySpan<byte> AuthorityHash => _authorityHash;

    /// <summary>Reads a key from a CPA. Hostile input: nothing throws.</summary>
    /// <remarks>
    /// Checks the form alone, which costs nothing: a point off the curve or a number that is no modulus is a key under
    /// which <see cref="Verify"/> finds every signature wrong.
    /// </remarks>
    internal static bool TryRead(
        SuiteAlgorithms algorithms, ReadOnlySpan<byte> keyData, [NotNullWhen(true)] out PeerPublicKey? key)
    {
        bool isModern = algorithms.Suite == PeerSuite.Modern;
        bool hasForm = keyData.Length == algorithms.PublicKeyLength
            && (isModern ? keyData[0] == UncompressedPoint : HasRsaForm(keyData));
        key = hasForm
            ? new(algorithms, keyData.ToArray(), [.. isModern ? EcdsaInfoHead : RsaInfoHead, .. keyData])
            : null;
        return hasForm;
    }

    /// <summary>Reads a key from a certificate's SubjectPublicKeyInfo. Hostile input: nothing throws.</summary>
    /// <remarks>Only the one DER form that <see cref="SubjectPublicKeyInfo"/> has is accepted, because the authority is
    /// a hash over it; that form ends with the key as a CPA carries it.</remarks>
    internal static bool TryReadSubjectPublicKeyInfo(
        SuiteAlgorithms algorithms, ReadOnlySpan<byte> info, [NotNullWhen(true)] out PeerPublicKey? key)
    {
        key = null;
        return info.Length > algorithms.PublicKeyLength
            && TryRead(algorithms, info[^algorithms.PublicKeyLength..], out key)
            && info.SequenceEqual(key.SubjectPublicKeyInfo);
    }

    /// <summary>The key of a certificate, or <see langword="null"/> where it belongs to no suite.</summary>
    internal static PeerPublicKey? FromCertificate(X509Certificate2 certificate)
    {
        using ECDsa? ecdsa = certificate.GetECDsaPublicKey();
        if (ecdsa is { KeySize: 256 })
        {
            return From(ecdsa);
        }

        using RSA? rsa = certificate.GetRSAPublicKey();
        return rsa is { KeySize: 1024 } ? From(rsa) : null;
    }

    internal static PeerPublicKey From(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return new(SuiteAlgorithms.Modern, [UncompressedPoint, .. point.X!, .. point.Y!], key.ExportSubjectPublicKeyInfo());
    }

    internal static PeerPublicKey From(RSA key) =>
        new(SuiteAlgorithms.Windows, key.ExportRSAPublicKey(), key.ExportSubjectPublicKeyInfo());

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="data"/>.</summary>
    internal bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Algorithms.SignatureLength)
        {
            return false;
        }

        try
        {
            if (Algorithms.Suite == PeerSuite.Modern)
            {
                using ECDsa? ecdsa = ImportPoint(_keyData);
                return ecdsa is not null && ecdsa.VerifyData(data, signature, Algorithms.HashName);
            }

            using RSA rsa = RSA.Create();
            rsa.ImportRSAPublicKey(_keyData, out _);
            return rsa.VerifyData(data, signature, Algorithms.HashName, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // Not a point on the curve, or not an RSA key: nobody can have signed with it.
            return false;
        }
    }

    /// <summary>Whether <paramref name="signature"/> is this key's over a SHA-256 hash. For keys of the Modern suite.</summary>
    internal bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Algorithms.SignatureLength || !TryImport(out ECDsa? imported))
        {
            return false;
        }

        using ECDsa ecdsa = imported;
        try
        {
            return ecdsa.VerifyHash(hash, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Makes a key of the Modern suite ready to verify, which takes several times as long as to verify.</summary>
    /// <param name="key">The receiver disposes of it.</param>
    /// <returns>False where it is of another suite, or no point on the curve: nobody can have signed with it.</returns>
    internal bool TryImport([NotNullWhen(true)] out ECDsa? key)
    {
        try
        {
            key = Algorithms.Suite == PeerSuite.Modern ? ImportPoint(_keyData) : null;
        }
        catch (CryptographicException)
        {
            key = null;
        }

        return key is not null;
    }

    /// <summary>Whether <paramref name="signature"/>, in the form certificates have it, is this key's.</summary>
    internal bool VerifyCertificate(ReadOnlySpan<byte> toBeSigned, ReadOnlySpan<byte> signature)
    {
        if (Algorithms.Suite == PeerSuite.Windows)
        {
            return Verify(toBeSigned, signature);
        }

        try
        {
            using ECDsa? ecdsa = ImportPoint(_keyData);
            return ecdsa is not null && ecdsa.VerifyData(
                toBeSigned, signature, Algorithms.HashName, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // The signature is not the DER of two integers, or the key is no point on the curve.
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(PeerPublicKey? other) =>
        other is not null && _subjectPublicKeyInfo.AsSpan().SequenceEqual(other._subjectPublicKeyInfo);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_authorityHash);

    /// <summary>The authority: 40 lower-case hexadecimal digits.</summary>
    public override string ToString() => Authority;

    private static ECDsa? ImportPoint(ReadOnlySpan<byte> point) =>
        point[0] != UncompressedPoint
            ? null
            : ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..65].ToArray() },
            });

    // The DER of a SubjectPublicKeyInfo up to the key's data: algorithm id-ecPublicKey with prime256v1.
    private static ReadOnlySpan<byte> EcdsaInfoHead =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
        0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];

    // Algorithm rsaEncryption with NULL, and 140 bytes of RSAPublicKey.
    private static ReadOnlySpan<byte> RsaInfoHead =>
    [
        0x30, 0x81, 0x9F, 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
        0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00, 0x03, 0x81, 0x8D, 0x00,
    ];

    // RFC 8017 A.1.1 in DER, where 140 bytes leave one form: a modulus of 1024 bits and an exponent of 3 bytes.
    private static bool HasRsaForm(ReadOnlySpan<byte> keyData)
    {
        ReadOnlySpan<byte> modulusHead = [0x30, 0x81, 0x89, 0x02, 0x81, 0x81, 0x00];
        ReadOnlySpan<byte> exponent = keyData[^5..];
        return keyData.StartsWith(modulusHead)
            && keyData[modulusHead.Length] >= 0x80
            && exponent[0] == 0x02
            && exponent[1] == 0x03
            && exponent[2] is > 0x00 and < 0x80;
    }
}
