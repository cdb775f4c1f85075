using System.Xml.Linq;

namespace PeerNet.Engine.Identity;

/// <summary>The element by which a damaged document is told from a wrong password. It is no secret and proves nothing.</summary>
internal static class DocumentDigest
{
    public const string Name = "DIGEST";

    /// <summary>The element.</summary>
    /// <param name="digest">The SHA-256 of what the document says.</param>
    public static XElement Create(ReadOnlySpan<byte> digest) =>
        new(Name, new XAttribute("ALGORITHM", "SHA-256"), Convert.ToHexStringLower(digest));

    /// <summary>Reads the digest of a document; false where it has none, or several. Nothing throws.</summary>
    public static bool TryRead(XElement root, out byte[] digest)
    {
        try
        {
            digest = Convert.FromHexString(root.Elements(Name).ToArray() is [var only] ? only.Value : "");
        }
        catch (FormatException)
        {
            // Damaged, as the caller reports.
            digest = [];
        }

        return digest.Length > 0;
    }
}
