namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What has become of a connection.</summary>
internal enum ConnectionChange
{
    /// <summary>CONNECT was answered with WELCOME.</summary>
    Connected,

    /// <summary>It was connected, and is over.</summary>
    Disconnected,

    /// <summary>It was opened from here, and came to nothing.</summary>
    Failed,
}
