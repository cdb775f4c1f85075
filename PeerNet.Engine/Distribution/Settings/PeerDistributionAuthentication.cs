namespace PeerNet.Engine.Distribution;

/// <summary>How a hosted cache knows its clients.</summary>
public enum PeerDistributionAuthentication
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By SPNEGO; needs a domain, and is not available here.</summary>
    Domain,
}
