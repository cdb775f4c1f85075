using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>The documents in which identities travel.</summary>
/// <remarks>
/// The encrypted one is Windows' PEERIDENTITYEXPORT with two more elements, and so has a version of its own: FRIENDLYNAME,
/// and DIGEST, by which a damaged document is told from a wrong password. The digest is no secret and proves nothing; the
/// PKCS #12 in DATA has its own integrity code.
/// </remarks>
internal static class IdentityExport
{
    private const string ExportRoot = "PEERIDENTITYEXPORT";
    private const string ExportVersion = "2.0";
    private const string PublicRoot = "PEERIDENTITYINFO";
    private const string PublicVersion = "1.0";

    /// <summary>What an encrypted document says, before any password.</summary>
    internal sealed record Content(string PeerName, string FriendlyName, byte[] KeyFile);

    /// <summary>The encrypted document.</summary>
    public static string Write(Content content)
    {
        XElement root = new(
            ExportRoot,
            new XAttribute("VERSION", ExportVersion),
            new XElement("PEERNAME", content.PeerName),
            new XElement("FRIENDLYNAME", content.FriendlyName),
            BinaryElement.Create("DATA", content.KeyFile),
            DocumentDigest.Create(Digest(content)));
        return root.ToString();
    }

    /// <summary>The public document (MS-PPSEC 2.2.6.2).</summary>
    public static string WritePublic(PeerCertificate certificate)
    {
        XElement root = new(
            PublicRoot,
            new XAttribute("VERSION", PublicVersion),
            BinaryElement.Create("IDC", certificate));
        return root.ToString();
    }

    /// <summary>Reads the public document.</summary>
    /// <exception cref="PeerException">It is none, has another version, or holds no certificate of an identity.</exception>
    public static PeerCertificate ReadPublic(string xml)
    {
        if (!SafeXml.TryRead(xml, out XElement? root) || root.Name != PublicRoot)
        {
            throw PeerErrors.InvalidData.Exception($"The document is no public part of an identity ({PublicRoot}).");
        }

        string? version = (string?)root.Attribute("VERSION");
        if (version != PublicVersion)
        {
            throw PeerErrors.UnsupportedVersion.Exception(
                $"The public part of the identity has version '{version}'; version {PublicVersion} can be read.", version);
        }

        return BinaryElement.TryReadCertificate(root.Element("IDC"), out PeerCertificate? certificate)
            && certificate.IsSignedBy(certificate.PublicKey)
                ? certificate
                : throw PeerErrors.InvalidData.Exception("The public part of the identity holds no certificate of an identity.");
    }

    /// <summary>Reads an encrypted document.</summary>
    /// <exception cref="PeerException">It is none, has another version, or is damaged.</exception>
    public static Content Read(string xml)
    {
        if (!SafeXml.TryRead(xml, out XElement? root) || root.Name != ExportRoot)
        {
            throw PeerErrors.InvalidData.Exception($"The document is no exported identity ({ExportRoot}).");
        }

        string? version = (string?)root.Attribute("VERSION");
        if (version != ExportVersion)
        {
            throw PeerErrors.UnsupportedVersion.Exception(
                $"The exported identity has version '{version}'; version {ExportVersion} can be read.", version);
        }

        return TryReadContent(root, out Content content, out byte[] digest)
            && CryptographicOperations.FixedTimeEquals(Digest(content), digest)
                ? content
                : throw PeerErrors.InvalidData.Exception("The exported identity is damaged; its digest does not match.");
    }

    private static bool TryReadContent(XElement root, out Content content, out byte[] digest)
    {
        bool hasKey = BinaryElement.TryRead(root.Element("DATA"), out byte[] keyFile);
        content = new Content((string?)root.Element("PEERNAME") ?? "", (string?)root.Element("FRIENDLYNAME") ?? "", keyFile);
        return DocumentDigest.TryRead(root, out digest) && hasKey;
    }

    // XML text has no NUL, so that NUL keeps the parts apart.
    private static byte[] Digest(Content content) => SHA256.HashData(
        [.. Encoding.UTF8.GetBytes($"{content.PeerName}\0{content.FriendlyName}\0"), .. content.KeyFile]);
}
