using System.Xml.Linq;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Grouping.Protocol;

namespace PeerNet.Engine.Tests.Grouping.Documents;

/// <summary>Invitations to a group, as its members make them and as others forge them.</summary>
internal sealed class InvitationBuilder : IDisposable
{
    public InvitationBuilder() => Invitee = Group.Invite(Group.Creator, "zoë", PeerRole.Member);

    public GroupBuilder Group { get; } = new();

    public GroupBuilder.Member Invitee { get; }

    public Dictionary<PeerName, PeerPublicKey> Identities => new() { [Invitee.Name] = Invitee.Key.PublicKey };

    public InvitationDocument ForIdentity(MembershipChain? chain = null) =>
        ForPassword() with { Chain = (chain ?? Invitee.Chain).Encoded.ToArray(), Root = null };

    public InvitationDocument ForPassword() => new()
    {
        Group = Group.Name,
        GroupFriendlyName = "Chess <&>",
        Cloud = "Global_",
        Scope = PeerGraphScope.Global,
        Root = Group.Root,
    };

    public InvitationVerdict Judge(InvitationDocument document, DateTimeOffset? at = null) =>
        InvitationJudge.Judge(document, Identities, at ?? GroupBuilder.Now);

    public InvitationVerdict Judge(MembershipChain chain) => Judge(ForIdentity(chain));

    /// <summary>A chain for the invitee that keeps to no rule.</summary>
    public MembershipChain Forge(
        GroupBuilder.Member by, PeerCertificate subject, PeerRole role, CertificateValidity? validity = null)
    {
        DelegationGrant grant = new(Group.Name.Value, role, GroupRoles.ClassifiersOf(role));
        PeerCertificate forged = GroupBuilder.Read(Group.Certificates.IssueMember(
            by.Key, by.Chain.Leaf, subject, grant, validity ?? GroupBuilder.Period(1)));
        return Join([.. by.Chain.Certificates, forged]);
    }

    public static MembershipChain Join(params PeerCertificate[] certificates)
    {
        Assert.True(MembershipChain.TryRead(
            Pkcs7Certificates.Encode(certificates.Select(one => one.RawData)), out MembershipChain? chain));
        return chain;
    }

    /// <summary>The document after its Base64 was edited: the bytes found in it are others now.</summary>
    public InvitationDocument Edit(ReadOnlySpan<byte> old, ReadOnlySpan<byte> changed)
    {
        byte[] chain = Invitee.Chain.Encoded.ToArray();
        int at = chain.AsSpan().LastIndexOf(old);
        Assert.True(at >= 0);
        changed.CopyTo(chain.AsSpan(at));
        return ForIdentity() with { Chain = chain };
    }

    public static InvitationDocument Read(string xml)
    {
        Assert.True(InvitationDocument.TryRead(xml, out InvitationDocument? document, out InvitationFault fault));
        Assert.Equal(InvitationFault.None, fault);
        return document;
    }

    public static InvitationDocument Read(XElement root) => Read(root.ToString());

    public void Dispose() => Group.Dispose();
}
