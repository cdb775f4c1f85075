using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing;

/// <summary>Told what happens in the graphs of a node, from each graph's loop: must not block.</summary>
internal interface IGraphObserver
{
    /// <summary>Whether anybody wants to know; where nobody does, changes of records are not reported.</summary>
    bool IsWatched { get; }

    /// <summary>A graph was opened, closed, began to listen, found or lost neighbours, or was synchronized.</summary>
    void GraphStatusChanged(PeerGraph graph);

    /// <summary>The properties of a graph are known, or have changed.</summary>
    void GraphPropertyChanged(PeerGraph graph);

    /// <summary>A record was added, updated, removed, or has expired.</summary>
    void RecordChanged(PeerRecordChange change);

    /// <summary>A neighbour connection was made, lost, or has failed.</summary>
    void NeighborConnectionChanged(PeerConnectionChange change);

    /// <summary>A direct connection was made, lost, or has failed.</summary>
    void DirectConnectionChanged(PeerConnectionChange change);

    /// <summary>Data came through a connection.</summary>
    void DataReceived(PeerDataItem item);

    /// <summary>A node made its presence known, changed it, or is gone.</summary>
    void NodeChanged(PeerGraphNodeChange change);

    /// <summary>Another node acts as the peer that this one is in a graph.</summary>
    void IdentityElsewhere(PeerIdentityElsewhere found);

    /// <summary>The database has been synchronized with a neighbour.</summary>
    void Synchronized(PeerGraph graph);

    /// <summary>Something failed that no caller waits for.</summary>
    void Failed(string source, string message);
}
