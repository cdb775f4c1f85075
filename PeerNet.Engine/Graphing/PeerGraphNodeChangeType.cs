namespace PeerNet.Engine.Graphing;

/// <summary>What has become of a node. The values are PEER_NODE_CHANGE_TYPE's.</summary>
public enum PeerGraphNodeChangeType
{
    /// <summary>It has made its presence known.</summary>
    Connected = 1,

    /// <summary>It has withdrawn its presence, or let it expire.</summary>
    Disconnected = 2,

    /// <summary>Its addresses or attributes have changed.</summary>
    Updated = 3,
}
