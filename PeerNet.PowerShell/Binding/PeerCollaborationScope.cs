namespace PeerNet.PowerShell;

/// <summary>Who sees an object or an application.</summary>
[Flags]
public enum PeerCollaborationScope
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>Everybody on the same link.</summary>
    NearMe = 1,

    /// <summary>Contacts, wherever they are.</summary>
    Internet = 2,

    /// <summary>Both.</summary>
    All = NearMe | Internet,
}
