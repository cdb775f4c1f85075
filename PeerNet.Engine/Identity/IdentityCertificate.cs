using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>What may stand for an identity in a group: in TLS, and where somebody is invited.</summary>
internal static class IdentityCertificate
{
    /// <summary>Reads the certificate of an identity (IDC): self-signed, of the Modern suite, naming its own key. Its time does
    /// not matter: what counts is the credential, in the time of the group. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out PeerCertificate? certificate)
    {
        bool isSound = PeerCertificate.TryRead(der, out certificate)
            && certificate.Type == PeerCertificateType.Identity
            && certificate.PublicKey.Algorithms.Suite == PeerSuite.Modern
            && PeerName.TryParse(certificate.SubjectPeerName, out PeerName? name)
            && name.Authority == certificate.PublicKey.ToString()
            && certificate.IsSignedBy(certificate.PublicKey);
        certificate = isSound ? certificate : null;
        return isSound;
    }
}
