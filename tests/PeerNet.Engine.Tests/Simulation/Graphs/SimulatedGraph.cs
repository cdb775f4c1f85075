using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>
/// Any number of nodes of a graph, over simulated streams. Streams between the halves of a partition stall, as behind a firewall that drops; attempts to connect across are never
/// answered.
/// </summary>
internal sealed class SimulatedGraph : SimulatedWorld
{
    public const string GraphId = "simulated";

    private const ushort Port = 3587;
    private const int FloodIdOffset = FloodMessage.RecordOffset + 16;
    private const int FloodVersionOffset = FloodMessage.RecordOffset + 32;
    private const int MessageTypeOffset = 5;

    private static readonly UInt128 Prefix = new(0x2001_0db8_0000_0000, 0);
    private static readonly TimeSpan MinimumLatency = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LatencySpread = TimeSpan.FromMilliseconds(45);

    private readonly GraphOptions _options;

    public SimulatedGraph(ulong seed, GraphOptions? options = null)
        : base(seed)
    {
        _options = options ?? new GraphOptions { RecentRecords = 64 };
    }

    /// <summary>The graph's id.</summary>
    public string Id { get; init; } = GraphId;

    /// <summary>Record types that are synchronized before the others.</summary>
    public IReadOnlyList<Guid> PrioritizedTypes { get; init; } = [];

    public List<SimulatedGraphNode> Nodes { get; } = [];

    public long MessagesSent { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>Records of this type are counted at each delivery.</summary>
    public Guid? WatchedType { get; set; }

    /// <summary>Sees every record that a node has put into its database.</summary>
    public Action<SimulatedGraphNode, GraphRecord>? RecordSeen { get; set; }

    /// <summary>Hears what has expired in a node's database.</summary>
    public Action<SimulatedGraphNode, RecordKey>? RecordExpired { get; set; }

    /// <summary>Whether a node lets in the one at the other end of a connection; null where all are let in.</summary>
    public Func<SimulatedGraphNode, SimulatedGraphNode, bool>? Admits { get; set; }

    public IEnumerable<SimulatedGraphNode> Living => Nodes.Where(node => !node.IsDead);

    /// <summary>Whether every machine has <see cref="Everywhere"/> as well, and names it first.</summary>
    public bool HasEqualAddresses { get; init; }

    /// <summary>An endpoint that leads to nobody else, like that on a bridge for guests.</summary>
    public static GraphEndpoint Everywhere { get; } = new(new Bits128(0x2001_0db8_dead_0000, 1), Port);

    public static GraphEndpoint EndpointOf(int index) => new(Prefix + (UInt128)(index + 1), Port);

    /// <summary>A node that makes the graph.</summary>
    public SimulatedGraphNode Create(
        Func<GraphProperties, GraphProperties>? change = null, IGraphSecurityProvider? provider = null, string? peerId = null)
    {
        SimulatedGraphNode node = NewNode(provider, peerId: peerId);
        var properties = new GraphProperties { GraphId = Id, CreatorId = peerId ?? $"peer-{node.Index}" };
        node.Do(machine => machine.Create(node.Now, change?.Invoke(properties) ?? properties));
        Listen(node);
        return node;
    }

    /// <summary>A node that connects to one that is given, or to any that listens.</summary>
    public SimulatedGraphNode Join(
        SimulatedGraphNode? through = null, int side = 0, IGraphSecurityProvider? provider = null, string? peerId = null)
    {
        SimulatedGraphNode[] listening =
            [.. Living.Where(node => node.IsListening && (!IsPartitioned || node.Side == side))];
        SimulatedGraphNode target = through ?? listening[Random.Next(listening.Length)];
        SimulatedGraphNode node = NewNode(provider, peerId: peerId);
        node.Side = side;
        node.Do(machine => machine.Open(node.Now, TimeSpan.Zero, null));
        node.Do(machine => machine.Connect(node.Now, target.Endpoint));
        return node;
    }

    /// <summary>A node that is gone comes back with its database, and what it remembers.</summary>
    public SimulatedGraphNode Reopen(SimulatedGraphNode before, TimeSpan delta = default, PeerTime? lastConnected = null)
    {
        SimulatedGraphNode node = NewNode(store: before.Store);
        node.Do(machine => machine.Open(node.Now, delta, lastConnected));
        return node;
    }

    public SimulatedGraphNode NewNode(
        IGraphSecurityProvider? provider = null, MemoryRecordStore? store = null, string? peerId = null)
    {
        var node = new SimulatedGraphNode(this, Nodes.Count, _options, provider, store ?? new MemoryRecordStore(), peerId);
        Nodes.Add(node);
        return node;
    }

    public void Listen(SimulatedGraphNode node)
    {
        node.IsListening = true;
        node.Do(machine => machine.Listen(node.Now, HasEqualAddresses ? [Everywhere, node.Endpoint] : [node.Endpoint]));
    }

    /// <summary>The node's process is gone: its connections are reset.</summary>
    public void Crash(SimulatedGraphNode node)
    {
        node.Die();
        foreach (SimulatedStream stream in node.Streams.Values.ToArray())
        {
            Break(stream);
        }
    }

    /// <summary>A connection is reset; both sides notice.</summary>
    public void Break(SimulatedStream stream)
    {
        if (!stream.IsBroken)
        {
            stream.IsBroken = true;
            Carry(stream, Elapsed, () => End(stream.Initiator, stream));
            Carry(stream, Elapsed, () => End(stream.Responder, stream));
        }
    }

    /// <summary>From now on nothing gets from one side to the other.</summary>
    public void Split() => IsPartitioned = true;

    public void Heal()
    {
        IsPartitioned = false;
        foreach (SimulatedStream stream in Nodes.SelectMany(node => node.Streams.Values).Distinct().ToArray())
        {
            foreach (Action held in stream.Held)
            {
                Carry(stream, Elapsed + stream.Latency, held);
            }

            stream.Held.Clear();
        }
    }

    internal void OnConnect(SimulatedGraphNode node, int connection, GraphEndpoint endpoint, ReadOnlyMemory<byte> authInfo)
    {
        UInt128 index = (UInt128)endpoint.Address - Prefix - 1;
        if (index >= (UInt128)Nodes.Count)
        {
            return;
        }

        TimeSpan latency = MinimumLatency + Random.NextTimeSpan(LatencySpread);
        var stream = new SimulatedStream(node, connection, Nodes[(int)index], latency);
        node.Streams.Add(connection, stream);
        CountMessage(authInfo.Length);
        At(Elapsed + latency, () => Arrive(stream, authInfo));
    }

    internal void OnAuthenticate(SimulatedGraphNode node, int connection, string? peerId) =>
        Authenticate(node, node.Streams[connection], TimeSpan.Zero, peerId);

    internal void OnSend(SimulatedGraphNode sender, int connection, ReadOnlyMemory<byte> message)
    {
        CountMessage(message.Length);
        if (sender.Streams.TryGetValue(connection, out SimulatedStream? stream) && !stream.IsBroken)
        {
            SimulatedGraphNode receiver = stream.Other(sender);
            Deliver(stream, receiver, () => Receive(receiver, stream, message));
        }
    }

    internal void OnClose(SimulatedGraphNode node, int connection, ReadOnlyMemory<byte> farewell)
    {
        if (!farewell.IsEmpty)
        {
            OnSend(node, connection, farewell);
        }

        if (node.Streams.Remove(connection, out SimulatedStream? stream) && !stream.IsBroken)
        {
            Hang(stream, node);
        }
    }

    internal void OnRecord(SimulatedGraphNode node, GraphRecord record) => RecordSeen?.Invoke(node, record);

    internal void OnExpired(SimulatedGraphNode node, RecordKey key) => RecordExpired?.Invoke(node, key);

    internal void OnSynchronized(SimulatedGraphNode node)
    {
        if (!node.IsListening)
        {
            node.After(TimeSpan.Zero, () => Listen(node));
        }
    }

    // In order, and not before what went the same way already.
    private void Deliver(SimulatedStream stream, SimulatedGraphNode to, Action arrive)
    {
        TimeSpan arrival = stream.GetArrival(to, Elapsed);
        Carry(stream, arrival, arrive);
    }

    // Nothing more comes from a node by this stream.
    private void Hang(SimulatedStream stream, SimulatedGraphNode node)
    {
        SimulatedGraphNode other = stream.Other(node);
        Deliver(stream, other, () => End(other, stream));
    }

    // What a cut network does not carry waits until it is whole.
    private void Carry(SimulatedStream stream, TimeSpan arrival, Action arrive) => At(arrival, () =>
    {
        if (CanReach(stream.Initiator, stream.Responder))
        {
            arrive();
        }
        else
        {
            stream.Held.Add(arrive);
        }
    });

    private void Arrive(SimulatedStream stream, ReadOnlyMemory<byte> authInfo)
    {
        SimulatedGraphNode target = stream.Responder;
        if (!CanReach(stream.Initiator, target))
        {
            // Nobody answers, and the initiator gives up.
            stream.IsBroken = true;
            stream.Initiator.After(_options.OpenTimeout, () => GiveUp(stream.Initiator, stream.InitiatorId));
            return;
        }

        int? id = target.IsDead || !target.IsListening || stream.Initiator.IsDead
            ? null
            : target.Machine.Accept(target.Now, stream.Initiator.Endpoint);
        if (id is not { } accepted)
        {
            stream.IsBroken = true;
            Carry(stream, Elapsed + stream.Latency, () => End(stream.Initiator, stream));
            return;
        }

        stream.ResponderId = accepted;
        target.Streams.Add(accepted, stream);
        target.Do(machine => machine.Receive(target.Now, accepted, authInfo.Span));
        Authenticate(stream.Initiator, stream, stream.Latency, peerId: null);
    }

    private static void GiveUp(SimulatedGraphNode node, int connection)
    {
        if (node.Streams.Remove(connection))
        {
            node.Machine.Closed(node.Now, connection, ConnectionEnd.Lost);
        }
    }

    // What lets in is the node's own: a cut network does not keep it.
    private void Authenticate(SimulatedGraphNode node, SimulatedStream stream, TimeSpan time, string? peerId) =>
        node.After(time, () =>
        {
            int id = stream.IdAt(node);
            if (Admits is { } admits && !stream.IsBroken && !admits(node, stream.Other(node)))
            {
                node.Streams.Remove(id);
                Hang(stream, node);
                node.Machine.Closed(node.Now, id, ConnectionEnd.NotAuthenticated);
            }
            else
            {
                node.Machine.Authenticated(node.Now, id, peerId);
            }
        });

    // What has arrived has left: the sender's queue is as long as the stream.
    private void Receive(SimulatedGraphNode node, SimulatedStream stream, ReadOnlyMemory<byte> message)
    {
        SimulatedGraphNode sender = stream.Other(node);
        sender.DoIf(sender.Life, () => sender.Machine.Sent(sender.Now, stream.IdAt(sender), message.Length));
        node.DoIf(node.Life, () =>
        {
            if (node.Streams.ContainsKey(stream.IdAt(node)))
            {
                Watch(node, message.Span);
                node.Machine.Receive(node.Now, stream.IdAt(node), message.Span);
            }
        });
    }

    private void Watch(SimulatedGraphNode node, ReadOnlySpan<byte> message)
    {
        if (WatchedType is { } type
            && message[MessageTypeOffset] == (byte)GraphMessageType.Flood
            && GraphMessage.ReadGuid(message[FloodMessage.RecordOffset..]) == type)
        {
            var key = (
                GraphMessage.ReadGuid(message[FloodIdOffset..]),
                BinaryPrimitives.ReadUInt32BigEndian(message[FloodVersionOffset..]));
            node.Deliveries[key] = node.Deliveries.GetValueOrDefault(key) + 1;
        }
    }

    private static void End(SimulatedGraphNode node, SimulatedStream stream) => node.DoIf(node.Life, () =>
    {
        int id = stream.IdAt(node);
        if (node.Streams.Remove(id))
        {
            stream.IsBroken = true;
            node.Machine.Closed(node.Now, id, ConnectionEnd.Lost);
        }
    });

    private void CountMessage(int length)
    {
        MessagesSent++;
        BytesSent += length;
    }
}
