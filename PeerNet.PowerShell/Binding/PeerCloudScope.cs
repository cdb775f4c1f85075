namespace PeerNet.PowerShell;

/// <summary>How far a cloud reaches.</summary>
public enum PeerCloudScope
{
    /// <summary>Every scope.</summary>
    Any,

    /// <summary>All nodes with a global address.</summary>
    Global,

    /// <summary>One site.</summary>
    SiteLocal,

    /// <summary>One link.</summary>
    LinkLocal,

    /// <summary>The processes of one machine.</summary>
    Loopback,
}
