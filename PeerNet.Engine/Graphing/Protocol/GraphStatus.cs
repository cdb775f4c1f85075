namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What a graph is doing.</summary>
[Flags]
internal enum GraphStatus
{
    /// <summary>It is open, and no more.</summary>
    None = 0,

    /// <summary>Others can connect to this node.</summary>
    Listening = 1,

    /// <summary>The node has at least one neighbor.</summary>
    HasConnections = 2,

    /// <summary>The database has been synchronized since the graph was opened, or this node has created the graph.</summary>
    Synchronized = 4,
}
