namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>How far a connection has come: the states of MS-PPGRH 3.1.1 for connections and links in one line.</summary>
internal enum LinkState
{
    /// <summary>Outgoing: it is being opened, AUTH_INFO sent and the other side authenticated (OUT_CONN_STATE_ALLOC to
    /// OUT_CONN_STATE_SENT_AUTHINFO).</summary>
    Connecting,

    /// <summary>Incoming: AUTH_INFO has not come yet (IN_CONN_STATE_ACCEPTED).</summary>
    Accepted,

    /// <summary>Incoming: the other side is being authenticated (IN_CONN_STATE_GOT_AUTHINFO).</summary>
    Authenticating,

    /// <summary>Incoming: CONNECT has not come yet (LINK_STATE_AUTHENTICATED).</summary>
    Authenticated,

    /// <summary>Outgoing: CONNECT is not answered yet (LINK_STATE_CONNECT_WAIT).</summary>
    ConnectWait,

    /// <summary>WELCOME was sent or received (LINK_STATE_CONNECTED).</summary>
    Connected,

    /// <summary>It is over (LINK_STATE_DISCONNECTED, LINK_STATE_CONNECT_FAILED).</summary>
    Closed,
}
