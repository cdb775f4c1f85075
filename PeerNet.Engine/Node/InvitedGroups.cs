using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;

namespace PeerNet.Engine.Node;

/// <summary>Has the node's groups take invitations that came from people.</summary>
/// <param name="groups">The node's groups.</param>
internal sealed class InvitedGroups(GroupService groups) : IInvitedGroups
{
    public void Check(string document)
    {
        PeerGroupInvitation invitation = groups.ReadInvitation(document);
        if (invitation.Kind == PeerGroupInvitationKind.Password)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The invitation to '{invitation.FriendlyName}' asks for the group's password: take it with Join-PeerGroup.",
                invitation.Group);
        }

        if (!invitation.IsTrusted)
        {
            throw PeerErrors.InvitationNotTrusted.Exception(
                $"The invitation to '{invitation.FriendlyName}' is not to be trusted: {invitation.Reason}", invitation.Group);
        }
    }

    public async Task<string> JoinAsync(string document, CancellationToken cancellationToken)
    {
        PeerGroup joined = await groups.JoinAsync(
            new PeerGroupJoining { Invitation = document }, password: default, progress: null, cancellationToken).ConfigureAwait(false);
        try
        {
            var opening = new PeerGroupOpening { Group = joined.PeerName, Identity = joined.Identity };
            await groups.ConnectAsync(opening, progress: null, cancellationToken).ConfigureAwait(false);
        }
        catch (PeerException failure)
        {
            throw failure.Error.Exception(
                $"This node is a member of '{joined.FriendlyName}' now, but cannot connect yet; try Connect-PeerGroup. {failure.Message}",
                joined.PeerName,
                failure);
        }

        return joined.PeerName;
    }
}
