namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Why the machine dropped a connection, a message or a record; the names are the keys of
/// <see cref="GraphStatistics.Dropped"/>.</summary>
internal enum GraphDropReason
{
    /// <summary>Bytes that are no message; the connection was closed.</summary>
    Malformed,

    /// <summary>A message that its connection's state does not allow; the connection was closed.</summary>
    WrongState,

    /// <summary>AUTH_INFO for another graph or node.</summary>
    WrongGraph,

    /// <summary>A connection that was not authenticated, or not in time.</summary>
    NotAuthenticated,

    /// <summary>A connection on which CONNECT was not sent, or not answered, in time.</summary>
    ConnectTimeout,

    /// <summary>More connections, requests or acknowledgements than are taken.</summary>
    Limit,

    /// <summary>A connection whose other side does not read.</summary>
    SlowReader,

    /// <summary>A record that breaks a rule of MS-PPGRH 3.1.7.27.</summary>
    InvalidRecord,

    /// <summary>A record that the security provider does not take.</summary>
    RejectedRecord,

    /// <summary>A record that is expired already.</summary>
    ExpiredRecord,

    /// <summary>A record for which there was no room in the list of those to be validated again.</summary>
    DeferredOverflow,

    /// <summary>A record that the store could not keep.</summary>
    StoreFailed,

    /// <summary>A peer time that is too far away to be averaged.</summary>
    ImplausibleTime,
}
