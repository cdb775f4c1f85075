using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>The members of the groups that are open, and their credentials.</summary>
/// <param name="context">What all groups share.</param>
/// <param name="rooms">Those that are open.</param>
internal sealed class GroupCredentials(GroupContext context, GroupRooms rooms)
{
    public Task<IReadOnlyList<PeerGroupMember>> GetMembersAsync(string group, CancellationToken cancellationToken) =>
        GroupMembers.ListAsync(context.Graphs, rooms.Get(group).Security, cancellationToken);

    public async Task<PeerGroupInvitation> IssueAsync(
        string group, PeerCredentialIssue issue, CancellationToken cancellationToken)
    {
        GroupRoom room = rooms.GetReady(group);
        GroupSecurity security = room.Security;
        (PeerName member, GroupCredential known) = FindMember(security, issue.Member);
        RequireOther(security, member, "issue itself a credential; another administrator does that");
        PeerRole role = issue.Role ?? known.Role;
        DateTimeOffset now = security.PeerTime().ToUtc(TimeSpan.Zero);
        MembershipChain chain = security.Issue(
            known.Chain.Leaf, role, issue.ValidFrom, issue.Lifetime is { } lifetime ? (issue.ValidFrom ?? now) + lifetime : null);
        if (issue.IsPublished)
        {
            await PublishAsync(room, known, chain, isLower: role < known.Role && member != security.Creator, cancellationToken)
                .ConfigureAwait(false);
            await room.SettleAsync(cancellationToken).ConfigureAwait(false);
        }

        return Describe(room, chain);
    }

    public Task<PeerGroupInvitation> InviteAsync(
        string group, PeerGroupInviting inviting, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        GroupRoom room = rooms.GetReady(group);
        if (room.Security.Properties is { AcceptsCredentials: false })
        {
            throw PeerErrors.InvalidGroupProperties.Exception(
                $"The group '{room.Stored.FriendlyName}' lets newcomers in by password alone; New-PeerGroupInvitation "
                + "-PasswordInvitation invites them.",
                group);
        }

        PeerCertificate subject = ReadIdentity(inviting.Certificate.RawData);
        RequireOther(room.Security, PeerName.Parse(subject.SubjectPeerName), "invite itself");
        MembershipChain chain = room.Security.Issue(subject, inviting.Role, validFrom: null, inviting.Expires);
        return Task.FromResult(Describe(room, chain));
    }

    public Task<PeerGroupInvitation> InviteByPasswordAsync(string group, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        GroupRoom room = rooms.GetReady(group);
        return room.Security.Properties is { Password: not null }
            ? Task.FromResult(Describe(room, chain: null))
            : throw PeerErrors.InvalidGroupProperties.Exception(
                $"The group '{room.Stored.FriendlyName}' lets nobody in by password; that is fixed when a group is made.", group);
    }

    public async Task RevokeAsync(string group, string member, string reason, CancellationToken cancellationToken)
    {
        GroupRoom room = rooms.GetReady(group);
        (PeerName name, GroupCredential known) = FindMember(room.Security, member);
        RequireOther(room.Security, name, "remove itself; Remove-PeerGroup leaves the group for good");
        if (name == room.Security.Creator)
        {
            throw PeerErrors.NotAuthorized.Exception("Nobody removes the creator of a group.", member);
        }

        if (reason.Length > Revocation.MaximumReason || !SafeXml.IsContent(reason))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"A reason has at most {Revocation.MaximumReason} characters.", reason);
        }

        await RevokeAsync(room, known, reason, successors: [], cancellationToken).ConfigureAwait(false);
        await room.SettleAsync(cancellationToken).ConfigureAwait(false);
    }

    // Whoever hears of the revocation first would take the member for none, and show it the door.
    private async Task PublishAsync(
        GroupRoom room, GroupCredential known, MembershipChain chain, bool isLower, CancellationToken cancellationToken)
    {
        GroupSecurity security = room.Security;
        if (isLower)
        {
            // Not when half of it is done.
            GroupRevocations.Keep(security, known);
        }

        security.Learn(chain, out _);
        await new GroupMemberships(context, security).PublishAsync(chain, recordId: null, cancellationToken).ConfigureAwait(false);
        if (isLower)
        {
            // The credential with the higher role would count beside the new one.
            await RevokeAsync(room, known, "another role", [chain.Leaf], cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<GraphRecord> RevokeAsync(
        GroupRoom room,
        GroupCredential known,
        string reason,
        IReadOnlyCollection<PeerCertificate> successors,
        CancellationToken cancellationToken) => context.Graphs.PublishAsync(
            room.Stored.Group.Value,
            (now, _) => GroupRevocations.Make(room.Security, known, reason, successors, now, context.Random),
            cancellationToken);

    private static (PeerName Name, GroupCredential Credential) FindMember(GroupSecurity security, string member)
    {
        GroupCredential? known = PeerName.TryParse(member, out PeerName? name)
            ? security.Ask(
                (members, now) => members.Current(name, now) ?? members.Find(name).MaxBy(one => one.NotAfter), null)
            : null;
        return known is null
            ? throw PeerErrors.NotFound.Exception($"The group has no member '{member}', or it is not known here yet.", member)
            : (name!, known);
    }

    private static void RequireOther(GroupSecurity security, PeerName member, string what)
    {
        if (member == security.Self)
        {
            throw PeerErrors.NotAuthorized.Exception($"A member does not {what}.", member.Value);
        }
    }

    private static PeerCertificate ReadIdentity(byte[] der) =>
        IdentityCertificate.TryRead(der, out PeerCertificate? certificate)
            ? certificate
            : throw PeerErrors.InvalidCredentialInfo.Exception(
                "The identity that is to be invited is none: its certificate must be self-signed, of the Modern suite, and name its "
                + "own key. Export-PeerIdentity -Public writes what is needed.");

    /// <summary>An invitation that was made here, as whom it is for sees it.</summary>
    private PeerGroupInvitation Describe(GroupRoom room, MembershipChain? chain)
    {
        SecurityProperties properties = room.Security.Properties!;
        var document = new InvitationDocument
        {
            Group = room.Stored.Group,
            GroupFriendlyName = properties.FriendlyName,
            Cloud = properties.Cloud,
            Scope = GroupClouds.ScopeOf(properties.Cloud),
            IsPrivateCloud = properties.Cloud != GroupClouds.Global,
            Chain = chain?.Encoded.ToArray(),
            Root = chain is null ? room.Security.Root : null,
        };
        Dictionary<PeerName, PeerPublicKey> invited = [];
        if (chain is not null)
        {
            invited.Add(PeerName.Parse(chain.Leaf.SubjectPeerName), chain.Leaf.PublicKey);
        }

        return PeerGroupInvitation.Describe(document, InvitationJudge.Judge(document, invited, context.Time.GetUtcNow()));
    }
}
