namespace PeerNet.PowerShell;

/// <summary>For whom a node is installed.</summary>
public enum PeerNodeScope
{
    /// <summary>For the machine: it starts with it, and has a user of its own.</summary>
    System,

    /// <summary>For the user: it starts when the user logs in, and is the user's.</summary>
    User,
}
