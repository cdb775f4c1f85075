namespace PeerNet.PowerShell;

/// <summary>Whether a contact sees what this person shows to contacts.</summary>
public enum PeerWatchPermission
{
    /// <summary>To the contact this person is offline, and nothing comes from the contact.</summary>
    Blocked,

    /// <summary>Presence, objects and applications are shown as their scopes say.</summary>
    Allowed,
}
