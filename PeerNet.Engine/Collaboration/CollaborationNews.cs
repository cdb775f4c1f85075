using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration;

/// <summary>Passes on what a node's machine tells: to whoever observes the node, or to the part that waits for it.</summary>
/// <param name="services">Whose observer it is.</param>
/// <param name="invitations">Knows the names that invitations are shown with.</param>
/// <param name="endpoints">Waits for answers.</param>
/// <param name="contacts">Remembers where contacts were.</param>
internal sealed class CollaborationNews(
    CollaborationServices services, InvitationDesk invitations, EndpointDirectory endpoints, ContactBook contacts)
{
    /// <summary>Takes what has happened. On the loop: must not block.</summary>
    public void Hear(object news)
    {
        switch (news)
        {
            case PeerPresence presence:
                services.Observer.PresenceChanged(presence);
                break;
            case PeerPersonChange change:
                services.Observer.PersonNearMeChanged(change);
                break;
            case PeerEndpoint endpoint:
                services.Observer.EndpointChanged(endpoint);
                break;
            case PeerObjectChange change:
                services.Observer.ObjectChanged(change);
                break;
            case PeerApplicationChange change:
                services.Observer.ApplicationChanged(change);
                break;
            case PeerInvitation invitation:
                services.Observer.InvitationChanged(invitations.Changed(invitation));
                break;
            case CollaborationEffect.Invited invited:
                services.Observer.InvitationReceived(invitations.Name(invited.Invitation));
                break;
            case CollaborationEffect.Answer answer:
                endpoints.Answered(answer);
                break;
            case CollaborationEffect.Remember reached:
                _ = Task.Run(() => Remember(reached));
                break;
            case CollaborationEffect.Warn warning:
                services.Observer.Failed(warning.Contact, warning.Message);
                break;
        }
    }

    private void Remember(CollaborationEffect.Remember reached)
    {
        try
        {
            contacts.Remember(reached);
        }
        catch (PeerException exception)
        {
            // Where somebody was is not worth more than a word.
            CollaborationLog.NotRemembered(services.Logger, exception.Message);
        }
    }
}
