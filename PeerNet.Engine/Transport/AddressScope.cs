namespace PeerNet.Engine.Transport;

/// <summary>How far an address reaches (RFC 4007, RFC 6724 3.2).</summary>
internal enum AddressScope
{
    /// <summary>Not an address of one host: unspecified, multicast, broadcast.</summary>
    None,

    /// <summary>This machine: ::1 and 127/8.</summary>
    Loopback,

    /// <summary>One link: fe80::/10 and 169.254/16.</summary>
    LinkLocal,

    /// <summary>One site: fec0::/10.</summary>
    SiteLocal,

    /// <summary>Everything else, private IPv4 and unique local IPv6 addresses included.</summary>
    Global,
}
