using System.Security.Cryptography.X509Certificates;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Identity;

/// <summary>What others may know of an identity: the content of a PEERIDENTITYINFO document (MS-PPSEC 2.2.6.2).</summary>
public sealed class PeerIdentityInfo
{
    private PeerIdentityInfo(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>Its self-signed certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Reads the document that <see cref="IIdentityService.ExportPublic"/> writes. It comes from others.</summary>
    /// <exception cref="PeerException">The document is none, has an unknown version, or holds no certificate of an identity.</exception>
    public static PeerIdentityInfo Read(string xml) =>
        new(X509CertificateLoader.LoadCertificate(IdentityExport.ReadPublic(xml).RawData.Span));
}
