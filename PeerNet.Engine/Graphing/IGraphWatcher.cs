using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing;

/// <summary>Whoever secures a graph, and so has to know what is kept in it. Called from the graph's loop, after what it
/// tells is on the disk: must not block, and must not call back.</summary>
internal interface IGraphWatcher
{
    /// <summary>A record was added, updated or deleted, by this node or another.</summary>
    void Kept(GraphRecord record);

    /// <summary>A record has expired.</summary>
    void Expired(RecordKey key);

    /// <summary>The database has been synchronized with a neighbour.</summary>
    void Synchronized();
}
