using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>One identity of the store, without its key. Always consistent: the certificate proves name and key.</summary>
internal sealed record StoredIdentity
{
    private StoredIdentity(PeerName peerName, PeerCertificate certificate)
    {
        PeerName = peerName;
        Certificate = certificate;
        FrameworkCertificate = X509CertificateLoader.LoadCertificate(certificate.RawData.Span);
    }

    public PeerName PeerName { get; }

    public PeerCertificate Certificate { get; }

    public X509Certificate2 FrameworkCertificate { get; }

    public required string FriendlyName { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required bool IsPasswordProtected { get; init; }

    /// <summary>The key file's name: the authority, so that one key is in the store once.</summary>
    public string KeyFileName => PeerName.Authority + ".p12";

    /// <summary>The name of the file that names it.</summary>
    public string EntryFileName => PeerName.Authority + ".json";

    /// <summary>Checks that a certificate is an identity's own and belongs to <paramref name="peerName"/>.</summary>
    public static bool TryCreate(
        string? peerName,
        PeerCertificate certificate,
        string? friendlyName,
        DateTimeOffset created,
        bool isPasswordProtected,
        [NotNullWhen(true)] out StoredIdentity? identity)
    {
        identity = PeerName.TryParse(peerName, out PeerName? name)
            && name.Authority == certificate.PublicKey.ToString()
            && certificate.Type == PeerCertificateType.Identity
            && certificate.SubjectAlternativeName.Span.SequenceEqual(CertificateExtensionCodec.EncodePeerName(name.Value))
            && certificate.IsSignedBy(certificate.PublicKey)
            && IsFriendlyName(friendlyName)
                ? new StoredIdentity(name, certificate)
                {
                    FriendlyName = friendlyName,
                    Created = created,
                    IsPasswordProtected = isPasswordProtected,
                }
                : null;
        return identity is not null;
    }

    public static bool IsFriendlyName([NotNullWhen(true)] string? text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= IIdentityService.MaximumFriendlyName && SafeXml.IsText(text);

    public PeerIdentity ToIdentity(bool isDefault, bool isUnlocked) => new()
    {
        PeerName = PeerName,
        FriendlyName = FriendlyName,
        IsDefault = isDefault,
        Suite = Certificate.PublicKey.Algorithms.Suite,
        PublicKey = Certificate.PublicKey,
        Certificate = FrameworkCertificate,
        IsPasswordProtected = IsPasswordProtected,
        IsUnlocked = isUnlocked,
        Created = Created,
    };
}
