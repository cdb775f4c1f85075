using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>One machine in the simulated network.</summary>
internal sealed class SimulatedGraphNode : SimulatedHost
{
    private readonly SimulatedGraph _graph;

    public SimulatedGraphNode(
        SimulatedGraph graph,
        int index,
        GraphOptions options,
        IGraphSecurityProvider? provider,
        MemoryRecordStore store,
        string? peerId = null)
        : base(graph)
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
            graph.Random);
    }

    public int Index { get; }

    public GraphEndpoint Endpoint { get; }

    public GraphMachine Machine { get; }

    public MemoryRecordStore Store { get; }

    public bool IsListening { get; set; }

    public Dictionary<int, SimulatedStream> Streams { get; } = [];

    /// <summary>How often each version of a watched record was received.</summary>
    public Dictionary<(Guid Id, uint Version), int> Deliveries { get; } = [];

    public List<PeerException> StoreFailures { get; } = [];

    public List<GraphConnectionInfo> Failed { get; } = [];

    public int Synchronizations { get; private set; }

    public List<(Guid Type, byte[] Data)> Received { get; } = [];

    /// <summary>Calls the machine, and does what it wants done.</summary>
    public void Do(Action<GraphMachine> action) => Do(() => action(Machine));

    /// <summary>Publishes a record.</summary>
    public GraphRecord Publish(Guid type, byte[] payload, TimeSpan? lifetime = null)
    {
        GraphRecord? record = null;
        Do(machine => record = machine.Add(Now, new RecordDraft
        {
            Type = type,
            Payload = payload,
            Expires = machine.PeerNow + (lifetime ?? TimeSpan.FromDays(1)),
        }));
        return record!;
    }

    /// <summary>Says farewell, and is gone.</summary>
    public void Leave()
    {
        Do(machine => machine.Close(Now));
        Die();
    }

    protected override TimeSpan NextDue => Machine.NextDue;

    protected override void Advance() => Machine.Advance(Now);

    protected override void Perform()
    {
        while (Machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (GraphEffect effect in effects.ToArray())
            {
                Perform(effect);
            }
        }
    }

    private void Perform(in GraphEffect effect)
    {
        if (effect.Deed is { } deed)
        {
            Perform(effect.Connection, deed);
        }
        else if (effect.Record is { } record)
        {
            _graph.OnRecord(this, record);
        }
        else
        {
            _graph.OnSend(this, effect.Connection, effect.Message);
        }
    }

    private void Perform(int connection, GraphDeed deed)
    {
        switch (deed)
        {
            case GraphDeed.Connect connect:
                _graph.OnConnect(this, connection, connect.Endpoint, connect.AuthInfo);
                break;
            case GraphDeed.Authenticate authenticate:
                _graph.OnAuthenticate(this, connection, authenticate.Context.RemotePeerId);
                break;
            case GraphDeed.Close close:
                _graph.OnClose(this, connection, close.Farewell);
                break;
            case GraphDeed.RecordExpired expired:
                _graph.OnExpired(this, expired.Key);
                break;
            case GraphDeed.ConnectionChanged { Change: PeerConnectionChangeType.Failed } failed:
                Failed.Add(failed.Connection);
                break;
            case GraphDeed.DataReceived received:
                Received.Add((received.DataType, received.Data.ToArray()));
                break;
            case GraphDeed.Synchronized:
                Synchronizations++;
                _graph.OnSynchronized(this);
                break;
            case GraphDeed.Failed failed:
                StoreFailures.Add(failed.Failure);
                break;
        }
    }
}
