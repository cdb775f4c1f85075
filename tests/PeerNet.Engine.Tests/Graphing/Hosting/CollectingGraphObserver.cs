using System.Collections.Concurrent;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>Keeps everything that graphs report.</summary>
internal sealed class CollectingGraphObserver : IGraphObserver
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsWatched => true;

    /// <summary>Ends with the next report.</summary>
    public Task NextChange => Volatile.Read(ref _changed).Task;

    public ConcurrentQueue<PeerRecordChange> Records { get; } = new();

    public ConcurrentQueue<PeerConnectionChange> Neighbors { get; } = new();

    public ConcurrentQueue<PeerConnectionChange> Direct { get; } = new();

    public ConcurrentQueue<PeerDataItem> Data { get; } = new();

    public ConcurrentQueue<PeerGraphNodeChange> Nodes { get; } = new();

    public ConcurrentQueue<PeerGraph> Graphs { get; } = new();

    public ConcurrentQueue<PeerIdentityElsewhere> Elsewhere { get; } = new();

    public ConcurrentQueue<string> Failures { get; } = new();

    public void GraphStatusChanged(PeerGraph graph) => Add(Graphs, graph);

    public void GraphPropertyChanged(PeerGraph graph) => Add(Graphs, graph);

    public void RecordChanged(PeerRecordChange change) => Add(Records, change);

    public void NeighborConnectionChanged(PeerConnectionChange change) => Add(Neighbors, change);

    public void DirectConnectionChanged(PeerConnectionChange change) => Add(Direct, change);

    public void DataReceived(PeerDataItem item) => Add(Data, item);

    public void NodeChanged(PeerGraphNodeChange change) => Add(Nodes, change);

    public void IdentityElsewhere(PeerIdentityElsewhere found) => Add(Elsewhere, found);

    public void Synchronized(PeerGraph graph) => Add(Graphs, graph);

    public void Failed(string source, string message) => Add(Failures, message);

    private void Add<T>(ConcurrentQueue<T> queue, T item)
    {
        queue.Enqueue(item);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
