namespace PeerNet.Engine.Pnrp;

/// <summary>How far a cloud reaches (MS-PNRP 1.3.3; Loopback is PeerNet's own, for one machine).</summary>
public enum PeerCloudScope
{
    /// <summary>Every scope; only in questions, never of a cloud.</summary>
    Any,

    /// <summary>All nodes with a global address, IPv4 included.</summary>
    Global,

    /// <summary>One site: IPv6 site-local addresses.</summary>
    SiteLocal,

    /// <summary>One link: a cloud per interface.</summary>
    LinkLocal,

    /// <summary>The processes of this machine.</summary>
    Loopback,
}
