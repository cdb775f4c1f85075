using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Collaboration.Documents;

/// <summary>
/// The file in which a person becomes somebody's contact: who it is, and the certificate by which to know that person again.
/// It holds no secret. That the certificate is the person's own is proven; that the person is whom the names say is not.
/// </summary>
/// <remarks>
/// Windows has such a document (PeerCollabExportContact, PeerCollabParseContact) and has not published its schema. This one
/// has the form of PEERIDENTITYINFO (MS-PPSEC 2.2.6.2), and its elements the names of PEER_CONTACT's fields. Whether the
/// contact is watched, and what it may watch, stays with the user whose contact it is. Unknown elements are ignored.
/// </remarks>
internal sealed record ContactDocument
{
    /// <summary>The name of the root element.</summary>
    public const string RootName = "PEERCONTACT";

    /// <summary>The version of the document.</summary>
    public const string Version = "1.0";

    /// <summary>Longest text, in UTF-16 code units (PEER_CONTACT).</summary>
    public const int MaximumText = 255;

    private const string VersionName = "VERSION";
    private const string PeerNameName = "PEERNAME";
    private const string NicknameName = "NICKNAME";
    private const string DisplayNameName = "DISPLAYNAME";
    private const string EmailAddressName = "EMAILADDRESS";
    private const string CredentialsName = "CREDENTIALS";

    /// <summary>The person's peer name.</summary>
    public required PeerName Name { get; init; }

    /// <summary>What the person is called near by; may be empty.</summary>
    public string Nickname { get; init; } = "";

    /// <summary>What the person is called in a list of contacts; may be empty.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The person's email address, of which nothing is checked; may be empty.</summary>
    public string EmailAddress { get; init; } = "";

    /// <summary>The person's own certificate.</summary>
    public required PeerCertificate Certificate { get; init; }

    /// <summary>The document. Equal contacts give equal documents.</summary>
    /// <exception cref="PeerException">A text has characters that XML cannot carry.</exception>
    public string Write()
    {
        XElement root = new(
            RootName,
            new XAttribute(VersionName, Version),
            DocumentElements.Create(PeerNameName, Name.Value),
            DocumentElements.Create(NicknameName, Nickname),
            DocumentElements.Create(DisplayNameName, DisplayName),
            DocumentElements.Create(EmailAddressName, EmailAddress),
            BinaryElement.Create(CredentialsName, Certificate));
        return root.ToString();
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="PeerException">It is none, has another version, is damaged, or its certificate does not stand for its
    /// peer name.</exception>
    public static ContactDocument Read(string? xml) => TryRead(xml, out ContactDocument? document, out ContactFault fault)
        ? document
        : throw ContactErrors.From(fault);

    /// <summary>Reads a document. Hostile input: nothing throws.</summary>
    public static bool TryRead(string? xml, [NotNullWhen(true)] out ContactDocument? document, out ContactFault fault)
    {
        document = null;
        fault = !SafeXml.TryRead(xml, out XElement? root) ? ContactFault.NotXml
            : root.Name != RootName ? ContactFault.NotContact
            : (string?)root.Attribute(VersionName) != Version ? ContactFault.UnsupportedVersion
            : !TryReadParts(root, out document) ? ContactFault.Malformed
            : !IdentityCertificate.TryRead(document.Certificate.RawData, out _) ? ContactFault.NotIdentity
            : document.Certificate.PublicKey.ToString() != document.Name.Authority ? ContactFault.OtherKey
            : ContactFault.None;
        document = fault == ContactFault.None ? document : null;
        return document is not null;
    }

    private static bool TryReadParts(XElement root, [NotNullWhen(true)] out ContactDocument? document)
    {
        document = DocumentElements.TryReadName(root, PeerNameName, out PeerName? name) && name is not null
            && DocumentElements.TryReadText(root, NicknameName, MaximumText, out string? nickname)
            && DocumentElements.TryReadText(root, DisplayNameName, MaximumText, out string? displayName)
            && DocumentElements.TryReadText(root, EmailAddressName, MaximumText, out string? emailAddress)
            && DocumentElements.TryReadCertificate(root, CredentialsName, out PeerCertificate? certificate)
            && certificate is not null
                ? new ContactDocument
                {
                    Name = name,
                    Nickname = nickname ?? "",
                    DisplayName = displayName ?? "",
                    EmailAddress = emailAddress ?? "",
                    Certificate = certificate,
                }
                : null;
        return document is not null;
    }
}
