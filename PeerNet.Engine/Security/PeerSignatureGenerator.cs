using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PeerNet.Engine.Security;

/// <summary>Signs certificates of both suites; the framework's own generators refuse SHA-1.</summary>
internal sealed class PeerSignatureGenerator(PeerPrivateKey key) : X509SignatureGenerator
{
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(key.Algorithms.CertificateSignatureOid);
            if (key.Algorithms.Suite == PeerSuite.Windows)
            {
                // RFC 3279 2.2.1: RSA has NULL parameters, ECDSA none.
                writer.WriteNull();
            }
        }

        return writer.Encode();
    }

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignCertificate(data);

    protected override PublicKey BuildPublicKey() =>
        PublicKey.CreateFromSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo, out _);
}
