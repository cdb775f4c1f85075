using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>One machine in the simulated network.</summary>
internal sealed class SimulatedGraphNode : IGraphEffects
{
    private readonly SimulatedGraph _graph;

    public SimulatedGraphNode(
        SimulatedGraph graph,
        int index,
        GraphOptions options,
        IGraphSecurityProvider? provider,
        MemoryRecordStore store,
        string? peerId = null)
    {
        Store = store;
        _graph = graph;
        Index = index;
        Endpoint = SimulatedGraph.EndpointOf(index);
        Machine = new GraphMachine(
            new GraphSettings
            {
                GraphId = graph.Id,
                PeerId = peerId ?? $"peer-{index}",
                Provider = provider,
                PrioritizedTypes = graph.PrioritizedTypes,
            },
            options,
            Store,
            graph.Random,
            this);
    }

    public int Index { get; }

    public GraphEndpoint Endpoint { get; }

    public GraphMachine Machine { get; }

    public MemoryRecordStore Store { get; }

    /// <summary>A dead node neither sends nor receives.</summary>
    public bool IsDead { get; set; }

    /// <summary>Which side of a partition the node is on.</summary>
    public int Side { get; set; }

    public bool IsListening { get; set; }

    /// <summary>When the machine's timer is set to wake it.</summary>
    public long WakeTicks { get; set; } = long.MaxValue;

    public Dictionary<int, SimulatedStream> Streams { get; } = [];

    /// <summary>How often each version of a watched record was received.</summary>
    public Dictionary<(Guid Id, uint Version), int> Deliveries { get; } = [];

    public List<PeerException> StoreFailures { get; } = [];

    public List<GraphConnectionInfo> Failed { get; } = [];

    public int Synchronizations { get; private set; }

    public List<(Guid Type, byte[] Data)> Received { get; } = [];

    public void Connect(
        int connection, GraphEndpoint endpoint, GraphConnectionContext context, ReadOnlyMemory<byte> authInfo) =>
        _graph.OnConnect(this, connection, endpoint, authInfo);

    public void Authenticate(int connection, GraphConnectionContext context) =>
        _graph.OnAuthenticate(this, connection, context.RemotePeerId);

    public void Send(int connection, ReadOnlyMemory<byte> message) => _graph.OnSend(this, connection, message);

    public void Close(int connection, ReadOnlyMemory<byte> farewell, bool flush) =>
        _graph.OnClose(this, connection, farewell);

    public void RecordChanged(RecordChange change, GraphRecord record) => _graph.OnRecord(this, record);

    public void RecordExpired(RecordKey key) => _graph.OnExpired(this, key);

    public void ConnectionChanged(ConnectionChange change, GraphConnectionInfo connection)
    {
        if (change == ConnectionChange.Failed)
        {
            Failed.Add(connection);
        }
    }

    public void NodeChanged(NodeChange change, GraphNode node)
    {
    }

    public void DataReceived(int connection, Guid dataType, ReadOnlyMemory<byte> data) =>
        Received.Add((dataType, data.ToArray()));

    public void Synchronized(int connection)
    {
        Synchronizations++;
        _graph.OnSynchronized(this);
    }

    public void StatusChanged(GraphStatus status)
    {
    }

    public void PropertiesChanged(GraphProperties properties)
    {
    }

    public void DeferredChanged(int count)
    {
    }

    public void FindNode()
    {
    }

    public void StoreFailed(PeerException failure) => StoreFailures.Add(failure);
}
