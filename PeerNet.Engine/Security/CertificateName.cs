using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PeerNet.Engine.Security;

/// <summary>
/// Subjects and issuers of delegation certificates: "a null-terminated Unicode string" (MS-PNRP 2.2.3.5), which is a
/// common name in UTF-16 with its NUL. Beyond the basic multilingual plane a BMPString cannot go, and readers refuse
/// one that does; such a name stays in UTF-8.
/// </summary>
internal static class CertificateName
{
    private const string CommonName = "2.5.4.3";

    /// <summary>The name of somebody for a delegation certificate; as it is where it has no common name.</summary>
    /// <param name="name">The DER of the subject of his own certificate.</param>
    public static X500DistinguishedName ForDelegation(ReadOnlySpan<byte> name)
    {
        var given = new X500DistinguishedName(name);
        return ReadCommonName(name) is { } text && !text.Any(char.IsSurrogate)
            ? new X500DistinguishedName(Encode(text))
            : given;
    }

    /// <summary>The common name, which is a friendly name; null where the name is no such. Nothing throws.</summary>
    /// <param name="name">The DER of a subject or issuer.</param>
    public static string? ReadCommonName(ReadOnlySpan<byte> name)
    {
        try
        {
            X500RelativeDistinguishedName[] parts = [.. new X500DistinguishedName(name).EnumerateRelativeDistinguishedNames()];
            return parts is [{ HasMultipleElements: false } only] && only.GetSingleElementType().Value == CommonName
                ? only.GetSingleElementValue()?.TrimEnd('\0')
                : null;
        }
        catch (CryptographicException)
        {
            // Another's certificate may name him in any way.
            return null;
        }
    }

    private static byte[] Encode(string text)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSetOf())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(CommonName);
                    writer.WriteCharacterString(UniversalTagNumber.BMPString, text + '\0');
                }
            }
        }

        return writer.Encode();
    }
}
