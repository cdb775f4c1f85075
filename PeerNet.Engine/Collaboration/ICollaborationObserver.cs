namespace PeerNet.Engine.Collaboration;

/// <summary>Told what happens among people: must not block.</summary>
internal interface ICollaborationObserver
{
    /// <summary>A person's presence at an endpoint is known, has changed, or is known no more.</summary>
    void PresenceChanged(PeerPresence presence);

    /// <summary>Somebody came, changed or went on the link.</summary>
    void PersonNearMeChanged(PeerPersonChange change);

    /// <summary>A contact was added, changed or removed.</summary>
    void ContactChanged(PeerContactChange change);

    /// <summary>An endpoint was connected or lost.</summary>
    void EndpointChanged(PeerEndpoint endpoint);

    /// <summary>An object was shown, changed or taken away.</summary>
    void ObjectChanged(PeerObjectChange change);

    /// <summary>An application was registered, changed or unregistered.</summary>
    void ApplicationChanged(PeerApplicationChange change);

    /// <summary>Somebody invites the user.</summary>
    void InvitationReceived(PeerInvitation invitation);

    /// <summary>An invitation was sent, answered, cancelled, or has expired.</summary>
    void InvitationChanged(PeerInvitation invitation);

    /// <summary>Something failed that no caller waits for.</summary>
    void Failed(string source, string message);
}
