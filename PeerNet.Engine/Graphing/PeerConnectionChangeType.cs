namespace PeerNet.Engine.Graphing;

/// <summary>What has become of a connection. The values are PEER_CONNECTION_STATUS'.</summary>
public enum PeerConnectionChangeType
{
    /// <summary>It can be used.</summary>
    Connected = 1,

    /// <summary>It is over.</summary>
    Disconnected = 2,

    /// <summary>It has not come about.</summary>
    Failed = 3,
}
