namespace PeerNet.PowerShell;

/// <summary>How a hosted cache knows its clients.</summary>
public enum PeerDistributionAuthentication
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By the domain they belong to. Not available outside one.</summary>
    Domain,
}
