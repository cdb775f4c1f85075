namespace PeerNet.Engine.Collaboration;

/// <summary>Whether a contact sees what this person shows to contacts.</summary>
public enum PeerWatchPermission
{
    /// <summary>Nothing is shown, and nothing comes from the contact: to it, this person is offline.</summary>
    Blocked,

    /// <summary>Presence, objects and applications are shown as their scopes say.</summary>
    Allowed,
}
