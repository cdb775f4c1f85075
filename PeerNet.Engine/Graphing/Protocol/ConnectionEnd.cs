namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Why a connection is over.</summary>
internal enum ConnectionEnd
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The stream broke, or the other side closed it without a word.</summary>
    Lost,

    /// <summary>There is a host, and nobody listens.</summary>
    NobodyListens,

    /// <summary>Nobody has answered at all.</summary>
    Unreachable,

    /// <summary>The other side was not authenticated, or not in time.</summary>
    NotAuthenticated,

    /// <summary>CONNECT was not answered in time, or did not come.</summary>
    TimedOut,

    /// <summary>CONNECT was answered with REFUSE.</summary>
    Refused,

    /// <summary>The other side said DISCONNECT.</summary>
    Left,

    /// <summary>The other side broke the protocol.</summary>
    Violation,

    /// <summary>The other side does not read what it is sent.</summary>
    TooSlow,

    /// <summary>It leads to a node that is connected already, or to this one.</summary>
    Duplicate,

    /// <summary>Graph maintenance dropped it as the least useful.</summary>
    LeastUseful,

    /// <summary>The application closed it.</summary>
    Closed,
}
