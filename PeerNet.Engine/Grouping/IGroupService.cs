using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;

namespace PeerNet.Engine.Grouping;

/// <summary>The groups of one node. A group is named by its peer name. Passwords are the caller's to wipe. Every failure is
/// a <see cref="PeerException"/>.</summary>
public interface IGroupService
{
    /// <summary>The graphs below the groups, whose ids are the groups' peer names: records, connections, data, nodes and
    /// databases.</summary>
    IGraphAccess Graphs { get; }

    /// <summary>Makes a group, which is open and listens from then on.</summary>
    /// <param name="creation">What it is to be.</param>
    /// <param name="password">The password that lets newcomers in; empty where none does.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    Task<PeerGroup> CreateAsync(
        PeerGroupCreation creation, ReadOnlyMemory<char> password, CancellationToken cancellationToken);

    /// <summary>The groups of this node, open and closed, by friendly name.</summary>
    Task<IReadOnlyList<PeerGroup>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Changes what can change. Only the node with the group's key changes what all members see.</summary>
    /// <param name="group">The group.</param>
    /// <param name="change">What.</param>
    /// <param name="password">A new password; empty for the one there is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<PeerGroup> ChangeAsync(
        string group, PeerGroupChange change, ReadOnlyMemory<char> password, CancellationToken cancellationToken);

    /// <summary>Deletes a group's database, credentials and key from this node. The others go on.</summary>
    /// <param name="group">The group.</param>
    /// <param name="identity">Which of this node's members; null where there is one.</param>
    /// <param name="isForced">Whether an open group is closed first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task RemoveAsync(string group, string? identity, bool isForced, CancellationToken cancellationToken);

    /// <summary>Opens a group, finds members, connects, and listens. A node that nobody answers listens alone where its
    /// database was synchronized once.</summary>
    Task<PeerGroup> ConnectAsync(
        PeerGroupOpening opening, IProgress<PeerGraphProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Leaves a group; its database and credentials stay.</summary>
    Task DisconnectAsync(string group, CancellationToken cancellationToken);

    /// <summary>Reads and judges an invitation. Nothing is kept, nobody is asked.</summary>
    /// <exception cref="PeerException">The document is no invitation, or of a version that cannot be read.</exception>
    PeerGroupInvitation ReadInvitation(string xml);

    /// <summary>Takes an invitation; the node is a member from then on, or with a password after its first connection.</summary>
    /// <param name="joining">The invitation, and as whom.</param>
    /// <param name="password">The group's password, for an invitation that asks for one; else empty.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    Task<PeerGroup> JoinAsync(
        PeerGroupJoining joining,
        ReadOnlyMemory<char> password,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken);

    /// <summary>The members that are known here; a node that was synchronized long ago may not know all.</summary>
    Task<IReadOnlyList<PeerGroupMember>> GetMembersAsync(string group, CancellationToken cancellationToken);

    /// <summary>Issues a new credential to a member: another role, another period.</summary>
    /// <returns>The credential as an invitation, whether it was published or not.</returns>
    Task<PeerGroupInvitation> IssueAsync(string group, PeerCredentialIssue issue, CancellationToken cancellationToken);

    /// <summary>Invites an identity by its public document.</summary>
    Task<PeerGroupInvitation> InviteAsync(string group, PeerGroupInviting inviting, CancellationToken cancellationToken);

    /// <summary>The invitation for everybody who knows the group's password. It holds no secret.</summary>
    Task<PeerGroupInvitation> InviteByPasswordAsync(string group, CancellationToken cancellationToken);

    /// <summary>Revokes all credentials of a member. What it signed before stays.</summary>
    /// <param name="group">The group.</param>
    /// <param name="member">The member's peer name.</param>
    /// <param name="reason">Why, for the members; may be empty.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task RevokeAsync(string group, string member, string reason, CancellationToken cancellationToken);

    /// <summary>A group's configuration for another machine, under a password. The creator's holds the group's key.</summary>
    Task<string> ExportAsync(
        string group, string? identity, ReadOnlyMemory<char> password, CancellationToken cancellationToken);

    /// <summary>Takes what <see cref="ExportAsync"/> wrote. The identity must be here.</summary>
    /// <param name="xml">The document.</param>
    /// <param name="password">Its password.</param>
    /// <param name="isForced">Whether it takes the place of the configuration that is here.</param>
    /// <param name="cancellationToken">Gives up; nothing is changed.</param>
    Task<PeerGroup> ImportAsync(
        string xml, ReadOnlyMemory<char> password, bool isForced, CancellationToken cancellationToken);
}
