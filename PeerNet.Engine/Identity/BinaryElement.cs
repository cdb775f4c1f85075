using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Identity;

/// <summary>Bytes in the documents of identities and groups: Base64 that says so (MS-PPSEC 2.2.6).</summary>
internal static class BinaryElement
{
    private static readonly XNamespace DataTypes = "urn:schemas-microsoft-com:datatypes";

    /// <summary>An element with bytes.</summary>
    public static XElement Create(string name, ReadOnlySpan<byte> content) => new(
        name,
        new XAttribute(XNamespace.Xmlns + "dt", DataTypes),
        new XAttribute(DataTypes + "dt", "bin.base64"),
        Convert.ToBase64String(content));

    /// <summary>An element with one certificate, in a PKCS #7 (MS-PPSEC 2.2.6.2).</summary>
    public static XElement Create(string name, PeerCertificate certificate) =>
        Create(name, Pkcs7Certificates.Encode([certificate.RawData]));

    /// <summary>Reads the bytes, also where nothing says that it is Base64; false where there are none. Nothing throws.</summary>
    public static bool TryRead(XElement? element, out byte[] content)
    {
        string text = element?.Value ?? "";
        content = new byte[text.Length];
        bool isBase64 = Convert.TryFromBase64String(text, content, out int length);
        content = content[..length];
        return isBase64 && length > 0;
    }

    /// <summary>Reads the one certificate, of which nothing is known but its form. Nothing throws.</summary>
    public static bool TryReadCertificate(XElement? element, [NotNullWhen(true)] out PeerCertificate? certificate)
    {
        certificate = null;
        return TryRead(element, out byte[] pkcs7)
            && Pkcs7Certificates.TryDecode(pkcs7, maximum: 1, out List<ReadOnlyMemory<byte>>? certificates)
            && certificates is [var der]
            && PeerCertificate.TryRead(der, out certificate);
    }
}
