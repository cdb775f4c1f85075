namespace PeerNet.PowerShell;

/// <summary>How far a graph reaches.</summary>
public enum PeerGraphScope
{
    /// <summary>Every address of the machine.</summary>
    Any,

    /// <summary>Addresses that reach beyond one link.</summary>
    Global,

    /// <summary>Addresses of one site.</summary>
    SiteLocal,

    /// <summary>Addresses of one link.</summary>
    LinkLocal,

    /// <summary>This machine alone.</summary>
    Loopback,
}
