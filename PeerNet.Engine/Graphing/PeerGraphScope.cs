namespace PeerNet.Engine.Graphing;

/// <summary>How far a graph reaches. The values are PEER_GRAPH_SCOPE's.</summary>
public enum PeerGraphScope
{
    /// <summary>Every address of the machine.</summary>
    Any,

    /// <summary>Addresses that reach beyond one link.</summary>
    Global,

    /// <summary>Addresses of one site: site-local and unique local IPv6, private IPv4.</summary>
    SiteLocal,

    /// <summary>Addresses of one link.</summary>
    LinkLocal,

    /// <summary>This machine alone.</summary>
    Loopback,
}
