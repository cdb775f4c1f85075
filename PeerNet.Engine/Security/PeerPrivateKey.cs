using System.Security.Cryptography;

namespace PeerNet.Engine.Security;

/// <summary>An identity's key pair. Signs; never shows its secret.</summary>
internal sealed class PeerPrivateKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    /// <summary>Takes ownership of <paramref name="key"/>: a P-256 <see cref="ECDsa"/> or a 1024-bit <see cref="RSA"/>.</summary>
    public PeerPrivateKey(AsymmetricAlgorithm key)
    {
        _key = key;
        PublicKey = key switch
        {
            ECDsa { KeySize: 256 } ecdsa => PeerPublicKey.From(ecdsa),
            RSA { KeySize: 1024 } rsa => PeerPublicKey.From(rsa),
            _ => throw new ArgumentException("The key belongs to no suite.", nameof(key)),
        };
    }

    public PeerPublicKey PublicKey { get; }

    public SuiteAlgorithms Algorithms => PublicKey.Algorithms;

    public static PeerPrivateKey Generate(PeerSuite suite) => suite switch
    {
        PeerSuite.Modern => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        _ => new(RSA.Create(1024)),
    };

    /// <summary>Signs <paramref name="data"/> into exactly <see cref="SuiteAlgorithms.SignatureLength"/> bytes.</summary>
    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        int written = _key switch
        {
            ECDsa ecdsa => ecdsa.SignData(data, signature, Algorithms.HashName),
            _ => ((RSA)_key).SignData(data, signature, Algorithms.HashName, RSASignaturePadding.Pkcs1),
        };
        if (written != Algorithms.SignatureLength)
        {
            throw new CryptographicException("The signature has an unexpected length.");
        }
    }

    /// <summary>Signs a SHA-256 hash. For keys of the Modern suite.</summary>
    public byte[] SignHash(ReadOnlySpan<byte> hash) => ((ECDsa)_key).SignHash(hash);

    /// <summary>Signs a certificate: ECDSA as the DER of two integers (RFC 3279 2.2.3), RSA as PKCS #1.</summary>
    public byte[] SignCertificate(byte[] toBeSigned) => _key switch
    {
        ECDsa ecdsa => ecdsa.SignData(toBeSigned, Algorithms.HashName, DSASignatureFormat.Rfc3279DerSequence),
        _ => ((RSA)_key).SignData(toBeSigned, Algorithms.HashName, RSASignaturePadding.Pkcs1),
    };

    /// <summary>An independent copy of the key, for its receiver to dispose of.</summary>
    public AsymmetricAlgorithm CopyKey()
    {
        AsymmetricAlgorithm copy = _key is ECDsa ? ECDsa.Create() : RSA.Create();
        byte[] pkcs8 = _key.ExportPkcs8PrivateKey();
        try
        {
            copy.ImportPkcs8PrivateKey(pkcs8, out _);
            return copy;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>An independent copy of this object.</summary>
    public PeerPrivateKey Copy() => new(CopyKey());

    /// <summary>The key for key files; still owned by this object.</summary>
    internal AsymmetricAlgorithm Key => _key;

    public void Dispose() => _key.Dispose();
}
