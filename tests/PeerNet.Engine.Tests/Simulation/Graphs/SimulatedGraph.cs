using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>
/// Any number of graph machines over simulated streams, with virtual time. Everything that happens follows from the seed.
/// Streams between the halves of a partition stall, as behind a firewall that drops; attempts to connect across are never
/// answered.
/// </summary>
internal sealed class SimulatedGraph
{
    public const string GraphId = "simulated";

    /// <summary>When it begins.</summary>
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const ushort Port = 3587;
    private const int FloodIdOffset = FloodMessage.RecordOffset + 16;
    private const int FloodVersionOffset = FloodMessage.RecordOffset + 32;
    private const int MessageTypeOffset = 5;

    private static readonly UInt128 Prefix = new(0x2001_0db8_0000_0000, 0);
    private static readonly TimeSpan MinimumLatency = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LatencySpread = TimeSpan.FromMilliseconds(45);

    private readonly PriorityQueue<GraphEvent, (long Ticks, long Order)> _events = new();
    private readonly GraphOptions _options;
    private long _order;

    public SimulatedGraph(ulong seed, GraphOptions? options = null)
    {
        Seed = seed;
        Random = new SeededRandom(seed);
        _options = options ?? new GraphOptions { RecentRecords = 64 };
    }

    /// <summary>The graph's id.</summary>
    public string Id { get; init; } = GraphId;

    /// <summary>Record types that are synchronized before the others.</summary>
    public IReadOnlyList<Guid> PrioritizedTypes { get; init; } = [];

    public ulong Seed { get; }

    public SeededRandom Random { get; }

    public List<SimulatedGraphNode> Nodes { get; } = [];

    public bool IsPartitioned { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public Moment Now => new(Elapsed, Start + Elapsed);

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
    public static GraphEndpoint Everywhere { get; } = new(new UInt128(0x2001_0db8_dead_0000, 1), Port);

    public static GraphEndpoint EndpointOf(int index) => new(Prefix + (UInt128)(index + 1), Port);

    /// <summary>A node that makes the graph.</summary>
    public SimulatedGraphNode Create(
        Func<GraphProperties, GraphProperties>? change = null, IGraphSecurityProvider? provider = null, string? peerId = null)
    {
        SimulatedGraphNode node = NewNode(provider, peerId: peerId);
        var properties = new GraphProperties { GraphId = Id, CreatorId = peerId ?? $"peer-{node.Index}" };
        Do(node, machine => machine.Create(Now, change?.Invoke(properties) ?? properties));
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
        Do(node, machine => machine.Open(Now, TimeSpan.Zero, null));
        Do(node, machine => machine.Connect(Now, target.Endpoint));
        return node;
    }

    /// <summary>A node that is gone comes back with its database, and what it remembers.</summary>
    public SimulatedGraphNode Reopen(SimulatedGraphNode before, TimeSpan delta = default, PeerTime? lastConnected = null)
    {
        SimulatedGraphNode node = NewNode(store: before.Store);
        Do(node, machine => machine.Open(Now, delta, lastConnected));
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
        Do(node, machine => machine.Listen(Now, HasEqualAddresses ? [Everywhere, node.Endpoint] : [node.Endpoint]));
    }

    /// <summary>Calls a machine, does what it wants done, and looks after its timer.</summary>
    public void Do(SimulatedGraphNode node, Action<GraphMachine> action)
    {
        action(node.Machine);
        Reschedule(node);
    }

    /// <summary>Has the owner of a node do something when the node is done with what it is at.</summary>
    public void Later(SimulatedGraphNode node, Action work) =>
        Schedule(Elapsed, new(GraphEventKind.Work, node, null, default, null) { Work = work });

    /// <summary>The node's process is gone: its connections are reset.</summary>
    public void Crash(SimulatedGraphNode node)
    {
        node.IsDead = true;
        foreach (SimulatedStream stream in node.Streams.Values.ToArray())
        {
            Break(stream);
        }
    }

    public void Leave(SimulatedGraphNode node)
    {
        Do(node, machine => machine.Close(Now));
        node.IsDead = true;
    }

    /// <summary>A connection is reset; both sides notice.</summary>
    public void Break(SimulatedStream stream)
    {
        if (!stream.IsBroken)
        {
            stream.IsBroken = true;
            Schedule(Elapsed, new(GraphEventKind.End, stream.Initiator, stream, default, null));
            Schedule(Elapsed, new(GraphEventKind.End, stream.Responder, stream, default, null));
        }
    }

    /// <summary>From now on nothing gets from one side to the other.</summary>
    public void Split() => IsPartitioned = true;

    public void Heal()
    {
        IsPartitioned = false;
        foreach (SimulatedStream stream in Nodes.SelectMany(node => node.Streams.Values).Distinct().ToArray())
        {
            foreach (GraphEvent held in stream.Held)
            {
                Schedule(Elapsed + stream.Latency, held);
            }

            stream.Held.Clear();
        }
    }

    public GraphRecord Publish(SimulatedGraphNode node, Guid type, byte[] payload, TimeSpan? lifetime = null)
    {
        GraphRecord? record = null;
        Do(node, machine => record = machine.Add(Now, new RecordDraft
        {
            Type = type,
            Payload = payload,
            Expires = machine.PeerNow + (lifetime ?? TimeSpan.FromDays(1)),
        }));
        return record!;
    }

    public void RunFor(TimeSpan duration) => RunUntil(Elapsed + duration);

    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out GraphEvent next, out (long Ticks, long Order) priority) && priority.Ticks <= end.Ticks)
        {
            _events.Dequeue();
            Elapsed = TimeSpan.FromTicks(priority.Ticks);
            Happen(next);
        }

        Elapsed = end;
    }

    /// <summary>Runs until something is so, or the time is over.</summary>
    /// <returns>Whether it is so.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan end = Elapsed + limit;
        while (!condition() && Elapsed < end)
        {
            RunFor(TimeSpan.FromMilliseconds(250));
        }

        return condition();
    }

    internal void OnConnect(SimulatedGraphNode node, int connection, GraphEndpoint endpoint, ReadOnlyMemory<byte> authInfo)
    {
        UInt128 index = endpoint.Address - Prefix - 1;
        if (index >= (UInt128)Nodes.Count)
        {
            return;
        }

        TimeSpan latency = MinimumLatency + Random.NextTimeSpan(LatencySpread);
        var stream = new SimulatedStream(node, connection, Nodes[(int)index], latency);
        node.Streams.Add(connection, stream);
        CountMessage(authInfo.Length);
        Schedule(Elapsed + latency, new(GraphEventKind.Arrival, stream.Responder, stream, authInfo, null));
    }

    internal void OnAuthenticate(SimulatedGraphNode node, int connection, string? peerId) =>
        Schedule(Elapsed, new(GraphEventKind.Authenticated, node, node.Streams[connection], default, peerId));

    internal void OnSend(SimulatedGraphNode sender, int connection, ReadOnlyMemory<byte> message)
    {
        CountMessage(message.Length);
        if (sender.Streams.TryGetValue(connection, out SimulatedStream? stream) && !stream.IsBroken)
        {
            Deliver(stream, new(GraphEventKind.Message, stream.Other(sender), stream, message, null));
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
            Deliver(stream, new(GraphEventKind.End, stream.Other(node), stream, default, null));
        }
    }

    internal void OnRecord(SimulatedGraphNode node, GraphRecord record) => RecordSeen?.Invoke(node, record);

    internal void OnExpired(SimulatedGraphNode node, RecordKey key) => RecordExpired?.Invoke(node, key);

    internal void OnSynchronized(SimulatedGraphNode node)
    {
        if (!node.IsListening)
        {
            Schedule(Elapsed, new(GraphEventKind.Listen, node, null, default, null));
        }
    }

    private void Deliver(SimulatedStream stream, in GraphEvent happening)
    {
        bool isTowardsInitiator = happening.Node == stream.Initiator;
        TimeSpan busyUntil = isTowardsInitiator ? stream.InitiatorBusyUntil : stream.ResponderBusyUntil;
        TimeSpan at = Elapsed + stream.Latency;
        at = at > busyUntil ? at : busyUntil;
        if (isTowardsInitiator)
        {
            stream.InitiatorBusyUntil = at;
        }
        else
        {
            stream.ResponderBusyUntil = at;
        }

        Schedule(at, happening);
    }

    private void Happen(in GraphEvent happening)
    {
        SimulatedGraphNode node = happening.Node;
        SimulatedStream? stream = happening.Stream;
        if (stream is not null && IsCut(stream) && happening.Kind != GraphEventKind.Authenticated)
        {
            if (happening.Kind == GraphEventKind.Arrival)
            {
                // Nobody answers, and the initiator gives up.
                stream.IsBroken = true;
                Schedule(Elapsed + _options.OpenTimeout, new(GraphEventKind.GiveUp, stream.Initiator, null, default, null)
                {
                    Connection = stream.InitiatorId,
                });
            }
            else
            {
                stream.Held.Add(happening);
            }

            return;
        }

        switch (happening.Kind)
        {
            case GraphEventKind.Wake when !node.IsDead && node.WakeTicks <= Elapsed.Ticks:
                node.WakeTicks = long.MaxValue;
                node.Machine.Advance(Now);
                Reschedule(node);
                break;
            case GraphEventKind.Arrival:
                Arrive(stream!, happening.Message);
                break;
            case GraphEventKind.Authenticated when !node.IsDead:
                Authenticate(node, stream!, happening.PeerId);
                break;
            case GraphEventKind.Message:
                Receive(node, stream!, happening.Message);
                break;
            case GraphEventKind.End when !node.IsDead:
                End(node, stream!);
                break;
            case GraphEventKind.GiveUp when !node.IsDead && node.Streams.Remove(happening.Connection):
                node.Machine.Closed(Now, happening.Connection, ConnectionEnd.Lost);
                Reschedule(node);
                break;
            case GraphEventKind.Listen when !node.IsDead:
                Listen(node);
                break;
            case GraphEventKind.Work when !node.IsDead:
                happening.Work!();
                break;
        }
    }

    private void Arrive(SimulatedStream stream, ReadOnlyMemory<byte> authInfo)
    {
        SimulatedGraphNode target = stream.Responder;
        int? id = target.IsDead || !target.IsListening || stream.Initiator.IsDead
            ? null
            : target.Machine.Accept(Now, stream.Initiator.Endpoint);
        if (id is null)
        {
            stream.IsBroken = true;
            Schedule(Elapsed + stream.Latency, new(GraphEventKind.End, stream.Initiator, stream, default, null));
            return;
        }

        stream.ResponderId = id.Value;
        target.Streams.Add(id.Value, stream);
        target.Machine.Receive(Now, id.Value, authInfo.Span);
        Reschedule(target);
        Schedule(Elapsed + stream.Latency, new(GraphEventKind.Authenticated, stream.Initiator, stream, default, null));
    }

    private void Authenticate(SimulatedGraphNode node, SimulatedStream stream, string? peerId)
    {
        int id = stream.IdAt(node);
        if (Admits is { } admits && !stream.IsBroken && !admits(node, stream.Other(node)))
        {
            node.Streams.Remove(id);
            Deliver(stream, new(GraphEventKind.End, stream.Other(node), stream, default, null));
            node.Machine.Closed(Now, id, ConnectionEnd.NotAuthenticated);
        }
        else
        {
            node.Machine.Authenticated(Now, id, peerId);
        }

        Reschedule(node);
    }

    // What has arrived has left: the sender's queue is as long as the stream.
    private void Receive(SimulatedGraphNode node, SimulatedStream stream, ReadOnlyMemory<byte> message)
    {
        SimulatedGraphNode sender = stream.Other(node);
        if (!sender.IsDead)
        {
            sender.Machine.Sent(Now, stream.IdAt(sender), message.Length);
            Reschedule(sender);
        }

        if (node.IsDead || !node.Streams.ContainsKey(stream.IdAt(node)))
        {
            return;
        }

        Watch(node, message.Span);
        node.Machine.Receive(Now, stream.IdAt(node), message.Span);
        Reschedule(node);
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

    private void End(SimulatedGraphNode node, SimulatedStream stream)
    {
        int id = stream.IdAt(node);
        if (node.Streams.Remove(id))
        {
            stream.IsBroken = true;
            node.Machine.Closed(Now, id, ConnectionEnd.Lost);
            Reschedule(node);
        }
    }

    private bool IsCut(SimulatedStream stream) => IsPartitioned && stream.Initiator.Side != stream.Responder.Side;

    private void CountMessage(int length)
    {
        MessagesSent++;
        BytesSent += length;
    }

    private void Reschedule(SimulatedGraphNode node)
    {
        node.Perform();
        long due = Math.Max(node.Machine.NextDue.Ticks, Elapsed.Ticks);
        if (due < node.WakeTicks && due != TimeSpan.MaxValue.Ticks)
        {
            node.WakeTicks = due;
            Schedule(TimeSpan.FromTicks(due), new(GraphEventKind.Wake, node, null, default, null));
        }
    }

    private void Schedule(TimeSpan at, in GraphEvent happening) => _events.Enqueue(happening, (at.Ticks, _order++));
}
