namespace PeerNet.Engine.Graphing;

/// <summary>What a graph is doing. The values are PEER_GRAPH_STATUS_FLAGS'.</summary>
[Flags]
public enum PeerGraphStatus
{
    /// <summary>It is open at most.</summary>
    None = 0,

    /// <summary>Other nodes can connect to this one.</summary>
    Listening = 1,

    /// <summary>At least one neighbour is connected.</summary>
    HasConnections = 2,

    /// <summary>The database has been synchronized with the graph.</summary>
    Synchronized = 4,
}
