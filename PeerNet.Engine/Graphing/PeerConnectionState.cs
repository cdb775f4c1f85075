namespace PeerNet.Engine.Graphing;

/// <summary>What a connection is doing.</summary>
public enum PeerConnectionState
{
    /// <summary>It is being opened or authenticated.</summary>
    Connecting,

    /// <summary>It can be used.</summary>
    Connected,

    /// <summary>It is over.</summary>
    Disconnected,
}
