namespace PeerNet.Engine.Collaboration;

/// <summary>
/// The person who is signed in at this node, and the others: presence, contacts, people near me, objects, applications and
/// invitations. A person is named by a peer name, an endpoint by <see cref="PeerEndpoint"/>'s text or its id alone. Every
/// failure is a <see cref="Core.PeerException"/>.
/// </summary>
public interface ICollaborationService
{
    /// <summary>Where this node is signed in.</summary>
    PeerCollaborationScope SignedInScope { get; }

    /// <summary>What stands in the way of being found, for the user to know: no usable address, no multicast; null for
    /// nothing.</summary>
    string? Notice { get; }

    /// <summary>Signs in, or in at one more scope. Nothing is listened for or published before.</summary>
    Task<PeerPresence> SignInAsync(PeerSignIn request, CancellationToken cancellationToken);

    /// <summary>Signs out; others know within a second.</summary>
    /// <param name="scope">Where.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether this node was signed in there.</returns>
    Task<bool> SignOutAsync(PeerCollaborationScope scope, CancellationToken cancellationToken);

    /// <summary>This node's own presence.</summary>
    Task<PeerPresence> GetOwnPresenceAsync(CancellationToken cancellationToken);

    /// <summary>Changes this node's own presence.</summary>
    /// <exception cref="Core.PeerException">It is not signed in.</exception>
    Task<PeerPresence> SetPresenceAsync(PeerPresenceUpdate update, CancellationToken cancellationToken);

    /// <summary>What is known of a person's presence: one of each endpoint, or one that is offline.</summary>
    /// <param name="contact">The peer name of a contact, or of somebody who has an endpoint here.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<PeerPresence>> GetPresenceAsync(string contact, CancellationToken cancellationToken);

    /// <summary>The presence at one endpoint, which is asked for where it is not watched.</summary>
    Task<PeerPresence> GetEndpointPresenceAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>The contacts, by nickname.</summary>
    Task<IReadOnlyList<PeerContact>> GetContactsAsync(CancellationToken cancellationToken);

    /// <summary>This node's own contact, to give to others.</summary>
    /// <param name="identity">The identity; null for the one that is signed in, else the default one.</param>
    PeerContact GetMe(string? identity);

    /// <summary>Reads a contact document; nothing is kept.</summary>
    /// <exception cref="Core.PeerException">It is none, or its certificate is not that of its peer name.</exception>
    PeerContact ReadContact(string xml);

    /// <summary>Adds the person of a contact document.</summary>
    /// <exception cref="Core.PeerException">There is that contact already, it is oneself, or the document is not sound.</exception>
    Task<PeerContact> AddContactAsync(string xml, PeerContactUpdate settings, CancellationToken cancellationToken);

    /// <summary>Adds the person at an endpoint, by the certificate that it has proven to have.</summary>
    /// <param name="endpoint">The endpoint, after <see cref="RefreshAsync"/>.</param>
    /// <param name="fingerprint">The fingerprint that the user has seen; another one is refused.</param>
    /// <param name="settings">What the user wants of it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<PeerContact> AddContactAsync(
        string endpoint, string fingerprint, PeerContactUpdate settings, CancellationToken cancellationToken);

    /// <summary>Changes a contact.</summary>
    Task<PeerContact> ChangeContactAsync(string contact, PeerContactUpdate update, CancellationToken cancellationToken);

    /// <summary>Removes a contact.</summary>
    Task RemoveContactAsync(string contact, CancellationToken cancellationToken);

    /// <summary>Who is signed in on the link, by nickname.</summary>
    /// <exception cref="Core.PeerException">This node is not signed in there.</exception>
    Task<IReadOnlyList<PeerPersonNearMe>> GetPeopleNearMeAsync(CancellationToken cancellationToken);

    /// <summary>Asks who is on the link; whoever answers is reported, for as long as is given.</summary>
    Task RefreshPeopleNearMeAsync(TimeSpan time, IProgress<int>? found, CancellationToken cancellationToken);

    /// <summary>The endpoints that are known: of people near me, of contacts, and those that were asked for.</summary>
    Task<IReadOnlyList<PeerEndpoint>> GetEndpointsAsync(CancellationToken cancellationToken);

    /// <summary>Connects to an endpoint where there is no connection, and asks for all that it shows.</summary>
    /// <exception cref="Core.PeerException">It is unknown, this node's own, cannot be reached in time, or is somebody
    /// else.</exception>
    Task<PeerEndpoint> RefreshAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Has changes of an endpoint pushed, until <see cref="UnsubscribeAsync"/>.</summary>
    /// <returns>The endpoint, and whether it was subscribed to already.</returns>
    Task<(PeerEndpoint Endpoint, bool WasSubscribed)> SubscribeAsync(
        string endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Ends a subscription.</summary>
    Task<PeerEndpoint> UnsubscribeAsync(string endpoint, CancellationToken cancellationToken);

    /// <summary>Forgets what is known of an endpoint.</summary>
    Task ForgetAsync(string endpoint, CancellationToken cancellationToken);

    /// <summary>This node's own objects.</summary>
    Task<IReadOnlyList<PeerObject>> GetObjectsAsync(CancellationToken cancellationToken);

    /// <summary>The objects of an endpoint, which are asked for where it is not watched.</summary>
    Task<IReadOnlyList<PeerObject>> GetObjectsAsync(string endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Shows an object, or changes it.</summary>
    /// <exception cref="Core.PeerException">This node is not signed in, there are 64 objects, or it is too large.</exception>
    Task<PeerObject> SetObjectAsync(
        Guid id, byte[] data, PeerCollaborationScope scope, CancellationToken cancellationToken);

    /// <summary>Takes an object away.</summary>
    Task RemoveObjectAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The applications that are registered here.</summary>
    Task<IReadOnlyList<PeerApplication>> GetApplicationsAsync(CancellationToken cancellationToken);

    /// <summary>The applications of an endpoint, which are asked for where it is not watched.</summary>
    Task<IReadOnlyList<PeerApplication>> GetApplicationsAsync(
        string endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Registers a program: accepted invitations to it run it.</summary>
    /// <param name="application">It.</param>
    /// <param name="isForced">Whether one that is there is replaced.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="Core.PeerException">The program is not there or others can change it, or there is such an
    /// application.</exception>
    Task<PeerApplication> RegisterApplicationAsync(
        PeerApplication application, bool isForced, CancellationToken cancellationToken);

    /// <summary>Unregisters a program.</summary>
    Task UnregisterApplicationAsync(Guid id, bool isForAllUsers, CancellationToken cancellationToken);

    /// <summary>The invitations that wait, and those that have ended since the node started, newest last.</summary>
    Task<IReadOnlyList<PeerInvitation>> GetInvitationsAsync(CancellationToken cancellationToken);

    /// <summary>Invites. The invitation goes to endpoints that are connected, and to those that come until it expires.</summary>
    Task<PeerInvitation> InviteAsync(PeerInvitationRequest request, CancellationToken cancellationToken);

    /// <summary>Waits until an invitation has been answered, cancelled, or has expired.</summary>
    Task<PeerInvitation> WaitForInvitationAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Accepts, declines or cancels. Accepting runs the application, or joins the group, once the inviter has said
    /// that this answer counts.</summary>
    /// <param name="id">The invitation.</param>
    /// <param name="response">What is done about it.</param>
    /// <param name="isLaunched">Whether accepting runs the application.</param>
    /// <param name="timeout">How long the inviter is waited for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<PeerInvitation> CompleteInvitationAsync(
        Guid id, PeerInvitationResponse response, bool isLaunched, TimeSpan timeout, CancellationToken cancellationToken);
}
