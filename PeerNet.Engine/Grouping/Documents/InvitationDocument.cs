using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Documents;

/// <summary>
/// An invitation (MS-PPSEC 2.2.6.1): the credential of one identity, or, without one, for everybody who knows the group's
/// password. It holds no secret, and nothing in it is proven but what its certificates say.
/// </summary>
/// <remarks>
/// PeerNet writes the group's names into both kinds, and the group's root certificate (GRC) into the second, by which the
/// newcomer can check it. Its version is the group's security version. Elements and attributes that are unknown here are
/// kept and written again.
/// </remarks>
internal sealed record InvitationDocument
{
    private const string RootName = "PEERINVITATION";
    private const string VersionName = "VERSION";
    private const string ScopeName = "SCOPE";
    private const string FlagsName = "CLOUDFLAGS";
    private const int MaximumVersionPart = 4;

    // The specification has the first three; the last one is for a cloud that is PeerNet's own.
    private static readonly (string Text, PeerGraphScope Scope)[] Scopes =
    [
        ("GLOBAL", PeerGraphScope.Global),
        ("SITELOCAL", PeerGraphScope.SiteLocal),
        ("LINKLOCAL", PeerGraphScope.LinkLocal),
        ("LOOPBACK", PeerGraphScope.Loopback),
    ];

    /// <summary>The version of the document: 2.0, or a later 2.x that was read.</summary>
    public string Version { get; private init; } = GroupSecurityVersion.Text;

    /// <summary>The group's peer name.</summary>
    public required PeerName Group { get; init; }

    /// <summary>What people call the group; a claim.</summary>
    public required string GroupFriendlyName { get; init; }

    /// <summary>The cloud in which members find each other; a claim.</summary>
    public required string Cloud { get; init; }

    /// <summary>How far that cloud reaches; not <see cref="PeerGraphScope.Any"/>.</summary>
    public required PeerGraphScope Scope { get; init; }

    /// <summary>Whether the cloud's name means something on the inviter's machine only.</summary>
    public bool IsPrivateCloud { get; init; }

    /// <summary>The invitee's credential as PKCS #7; null in an invitation by password.</summary>
    public byte[]? Chain { get; init; }

    /// <summary>The group's root certificate, in an invitation by password; null where it has none.</summary>
    public PeerCertificate? Root { get; init; }

    /// <summary>Whom it is for.</summary>
    public PeerGroupInvitationKind Kind =>
        Chain is null ? PeerGroupInvitationKind.Password : PeerGroupInvitationKind.Identity;

    private XElement? Source { get; init; }

    /// <summary>The credential, of which nothing is known but its form; null where there is none that can be read.</summary>
    public MembershipChain? ReadChain() => MembershipChain.TryRead(Chain, out MembershipChain? chain) ? chain : null;

    /// <summary>Reads an invitation. Hostile input: nothing throws.</summary>
    public static bool TryRead(
        string? xml, [NotNullWhen(true)] out InvitationDocument? document, out InvitationFault fault)
    {
        document = null;
        fault = !SafeXml.TryRead(xml, out XElement? root) ? InvitationFault.NotXml
            : root.Name != RootName ? InvitationFault.NotInvitation
            : !IsKnownVersion((string?)root.Attribute(VersionName)) ? InvitationFault.UnsupportedVersion
            : !TryRead(root, out document) ? InvitationFault.Malformed
            : InvitationFault.None;
        return document is not null;
    }

    /// <summary>The document.</summary>
    /// <exception cref="PeerException">XML cannot carry a name.</exception>
    public string Write()
    {
        XElement root = Source is null ? new XElement(RootName) : new XElement(Source);
        root.SetAttributeValue(VersionName, Version);
        DocumentElements.Set(root, DocumentElements.Create(GroupElements.CloudName, Cloud));
        DocumentElements.Set(root, new XElement(ScopeName, Scopes.Single(known => known.Scope == Scope).Text));
        DocumentElements.Set(root, new XElement(FlagsName, IsPrivateCloud ? "1" : "0"));
        DocumentElements.Set(root, DocumentElements.Create(GroupElements.Group, Group.Value));
        DocumentElements.Set(root, GroupElements.CreateFriendlyName(GroupFriendlyName));
        if (Chain is not null)
        {
            DocumentElements.Set(root, BinaryElement.Create(GroupElements.Chain, Chain));
        }

        if (Root is not null)
        {
            DocumentElements.Set(root, BinaryElement.Create(GroupElements.Root, Root));
        }

        return root.ToString();
    }

    // What a later minor version adds may be ignored; Windows' 1.0 and 1.1 have certificates that are not taken here.
    private static bool IsKnownVersion(string? version) =>
        version?.Split('.') is [var major, var minor]
        && major == GroupSecurityVersion.Text.Split('.')[0]
        && minor.Length <= MaximumVersionPart
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool TryRead(XElement root, [NotNullWhen(true)] out InvitationDocument? document)
    {
        document = null;
        if (!DocumentElements.TryReadText(root, GroupElements.CloudName, StoredGroup.MaximumCloud, out string? cloud)
            || string.IsNullOrWhiteSpace(cloud)
            || !TryReadScope(root, out PeerGraphScope scope)
            || !TryReadFlags(root, out bool isPrivate)
            || !DocumentElements.TryReadName(root, GroupElements.Group, out PeerName? group)
            || !DocumentElements.TryReadText(
                root, GroupElements.FriendlyName, StoredGroup.MaximumFriendlyName, out string? friendlyName)
            || !DocumentElements.TryReadBytes(root, GroupElements.Chain, out byte[]? chain)
            || !DocumentElements.TryReadCertificate(root, GroupElements.Root, out PeerCertificate? certificate))
        {
            return false;
        }

        // The specification's own form names a group by its credential alone.
        PeerCertificate? named = MembershipChain.TryRead(chain, out MembershipChain? read) ? read.Root : certificate;
        if (group is null && !(PeerName.TryParse(named?.PeerName, out group) && group.IsSecure && SafeXml.IsText(group.Value)))
        {
            return false;
        }

        document = new InvitationDocument
        {
            Version = (string?)root.Attribute(VersionName) ?? GroupSecurityVersion.Text,
            Group = group,
            GroupFriendlyName = friendlyName ?? CertificateName.ReadCommonName(named is null ? [] : named.Subject.Span) ?? "",
            Cloud = cloud,
            Scope = scope,
            IsPrivateCloud = isPrivate,
            Chain = chain,
            Root = certificate,
            Source = root,
        };
        return true;
    }

    private static bool TryReadScope(XElement root, out PeerGraphScope scope)
    {
        scope = default;
        bool isText = DocumentElements.TryReadText(root, ScopeName, int.MaxValue, out string? text);
        foreach ((string name, PeerGraphScope known) in Scopes)
        {
            if (name == text)
            {
                scope = known;
                return isText;
            }
        }

        return false;
    }

    private static bool TryReadFlags(XElement root, out bool isPrivate)
    {
        bool isText = DocumentElements.TryReadText(root, FlagsName, int.MaxValue, out string? text);
        isPrivate = text == "1";
        return isText && text is "0" or "1";
    }
}
