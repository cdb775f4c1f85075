namespace PeerNet.PowerShell;

/// <summary>Whether a node takes part in a cloud or only asks it.</summary>
public enum PeerCloudMode
{
    /// <summary>Publishes, resolves, and answers others.</summary>
    Full,

    /// <summary>Resolves only.</summary>
    ResolveOnly,
}
