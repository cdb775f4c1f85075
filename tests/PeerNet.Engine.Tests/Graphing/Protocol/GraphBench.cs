using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Tests.Simulation;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>A graph machine under test: fed with messages by hand, and everything it does written down.</summary>
internal sealed class GraphBench : IGraphEffects
{
    public const string GraphId = "G";
    public const string PeerId = "me";

    public static readonly GraphEndpoint Local = EndpointOf(1);
    public static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    private static readonly SeededRandomSource IdRandom = new(99);

    public GraphBench(
        GraphOptions? options = null,
        IGraphSecurityProvider? provider = null,
        IReadOnlyList<Guid>? prioritized = null,
        ulong seed = 7)
    {
        Machine = new GraphMachine(
            new GraphSettings
            {
                GraphId = GraphId,
                PeerId = PeerId,
                Provider = provider,
                PrioritizedTypes = prioritized ?? [],
            },
            options ?? new GraphOptions(),
            Store,
            new SeededRandomSource(seed),
            this);
    }

    public GraphMachine Machine { get; }

    public MemoryRecordStore Store { get; } = new();

    public Moment Now { get; private set; } = new(TimeSpan.Zero, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Messages sent and not yet taken.</summary>
    public List<(int Link, byte[] Message)> Outbox { get; } = [];

    public List<(int Link, GraphEndpoint Endpoint, GraphConnectionContext Context, byte[] AuthInfo)> Dials { get; } = [];

    public List<(int Link, GraphConnectionContext Context)> Authentications { get; } = [];

    public List<(int Link, byte[] Farewell, bool Flush)> Closes { get; } = [];

    public List<(RecordChange Change, GraphRecord Record)> Changes { get; } = [];

    public List<RecordKey> Expired { get; } = [];

    public List<(ConnectionChange Change, GraphConnectionInfo Connection)> Connections { get; } = [];

    public List<(NodeChange Change, GraphNode Node)> NodeChanges { get; } = [];

    public List<(int Link, Guid Type, byte[] Data)> Data { get; } = [];

    public List<PeerException> Failures { get; } = [];

    public List<int> DeferredCounts { get; } = [];

    public int Synchronizations { get; private set; }

    public int NodesWanted { get; private set; }

    public long Dropped(GraphDropReason reason) =>
        Machine.GetStatistics().Dropped.GetValueOrDefault(reason.ToString());

    public static GraphEndpoint EndpointOf(int host) => new(new UInt128(0x2001_0db8_0000_0000, (ulong)host), 3587);

    public static GraphBench Created(
        GraphOptions? options = null,
        IGraphSecurityProvider? provider = null,
        Func<GraphProperties, GraphProperties>? change = null,
        bool listen = true,
        ulong seed = 7)
    {
        var bench = new GraphBench(options, provider, seed: seed);
        var properties = new GraphProperties { GraphId = GraphId, CreatorId = PeerId, MaximumPresence = 0 };
        bench.Machine.Create(bench.Now, change?.Invoke(properties) ?? properties);
        if (listen)
        {
            bench.Machine.Listen(bench.Now, [Local]);
        }

        bench.Outbox.Clear();
        bench.Changes.Clear();
        return bench;
    }

    public void Advance(TimeSpan time)
    {
        TimeSpan end = Now.Elapsed + time;
        for (int i = 0; Machine.NextDue <= end; i++)
        {
            Assert.True(i < 100_000, "The machine never comes to rest.");
            MoveTo(Machine.NextDue > Now.Elapsed ? Machine.NextDue : Now.Elapsed);
            Machine.Advance(Now);
        }

        MoveTo(end);
    }

    /// <summary>Sets the wall clock without time passing.</summary>
    public void SetClock(TimeSpan by) => Now = Now with { Utc = Now.Utc + by };

    /// <summary>A connection comes in and has sent its AUTH_INFO.</summary>
    public int Accept(bool isDirect = false, int host = 50, string peerId = "other")
    {
        int link = Machine.Accept(Now, EndpointOf(host)) ?? throw new InvalidOperationException("Not accepted.");
        Receive(link, new AuthInfoMessage { GraphId = GraphId, SourcePeerId = peerId, IsDirect = isDirect });
        Machine.Authenticated(Now, link, peerId);
        return link;
    }

    /// <summary>A neighbor that has called.</summary>
    public int AddNeighbor(ulong nodeId, bool takeWelcome = true)
    {
        int link = Accept(host: 100 + (int)(nodeId % 1000));
        Receive(link, new ConnectMessage { NodeId = nodeId, WantsNeighbors = true, Endpoints = [EndpointOf(1000 + (int)(nodeId % 1000))] });
        if (takeWelcome)
        {
            Assert.Equal(GraphMessageType.Welcome, TypeOf(Take(link)));
        }

        return link;
    }

    /// <summary>A neighbor that the machine has called.</summary>
    public int CallNeighbor(ulong nodeId, PeerTime? time = null, int host = 60)
    {
        int link = Machine.Connect(Now, EndpointOf(host));
        Welcome(link, nodeId, time);
        return link;
    }

    public void Welcome(int link, ulong nodeId, PeerTime? time = null)
    {
        Machine.Authenticated(Now, link, null);
        Take(link);
        Receive(link, new WelcomeMessage { NodeId = nodeId, PeerId = "other", PeerTime = time ?? Machine.PeerNow });
    }

    public void Receive<TMessage>(int link, scoped in TMessage message)
        where TMessage : IGraphMessage<TMessage>, allows ref struct =>
        Machine.Receive(Now, link, GraphMessage.Encode(message));

    public void Flood(int link, GraphRecord record) => Machine.Receive(Now, link, FloodMessage.Encode(record));

    /// <summary>The oldest message to a link, off the outbox.</summary>
    public byte[] Take(int link)
    {
        int index = Outbox.FindIndex(sent => sent.Link == link);
        Assert.True(index >= 0, $"Nothing was sent on {link}.");
        byte[] message = Outbox[index].Message;
        Outbox.RemoveAt(index);
        return message;
    }

    public byte[] Take(int link, GraphMessageType type)
    {
        int index = Outbox.FindIndex(sent => sent.Link == link && TypeOf(sent.Message) == type);
        Assert.True(index >= 0, $"No {type} was sent on {link}.");
        byte[] message = Outbox[index].Message;
        Outbox.RemoveAt(index);
        return message;
    }

    public int CountSent(int link, GraphMessageType type) =>
        Outbox.Count(sent => sent.Link == link && TypeOf(sent.Message) == type);

    public static GraphMessageType TypeOf(ReadOnlySpan<byte> message)
    {
        Assert.True(GraphMessage.TryReadType(message, out GraphMessageType type));
        return type;
    }

    /// <summary>The record of a FLOOD.</summary>
    public static GraphRecord RecordOf(byte[] message)
    {
        Assert.True(FloodMessage.TryRead(message, out FloodMessage flood));
        Assert.Equal(RecordFault.None, RecordCodec.Read(flood.Record.ToArray(), out GraphRecord? record));
        return record!;
    }

    public bool IsClosed(int link) => Closes.Any(closed => closed.Link == link);

    /// <summary>A record that somebody else has published.</summary>
    public GraphRecord NewRecord(
        Guid? type = null, uint version = 1, byte[]? payload = null, string creator = "other", TimeSpan? age = null)
    {
        PeerTime created = Machine.PeerNow - (age ?? TimeSpan.FromSeconds(10));
        return new GraphRecord
        {
            Type = type ?? Type,
            Id = RecordIds.Create(type ?? Type, creator, IdRandom),
            Version = version,
            CreatorId = creator,
            ModifierId = version == 1 ? "" : creator,
            Created = created,
            Modified = version == 1 ? created : created + TimeSpan.FromSeconds(1),
            Expires = Machine.PeerNow + TimeSpan.FromHours(1),
            GraphId = GraphId,
            Payload = payload ?? [1, 2, 3],
        };
    }

    public GraphRecord NewSignature(ulong signature, uint version = 1) =>
        NewRecord(RecordTypes.Signature, version, SignaturePayload.Encode(signature));

    public GraphRecord NewContact(ulong signature, ulong nodeId, int host) =>
        NewRecord(RecordTypes.Contact, 1, new ContactPayload(signature, nodeId, [EndpointOf(host)]).Encode());

    public GraphRecord NewPresence(ulong nodeId, int host, string attributes = "") =>
        NewRecord(RecordTypes.Presence, 1, new PresencePayload(nodeId, attributes, [EndpointOf(host)]).Encode());

    void IGraphEffects.Connect(
        int connection, GraphEndpoint endpoint, GraphConnectionContext context, ReadOnlyMemory<byte> authInfo) =>
        Dials.Add((connection, endpoint, context, authInfo.ToArray()));

    void IGraphEffects.Authenticate(int connection, GraphConnectionContext context) =>
        Authentications.Add((connection, context));

    void IGraphEffects.Send(int connection, ReadOnlyMemory<byte> message) => Outbox.Add((connection, message.ToArray()));

    void IGraphEffects.Close(int connection, ReadOnlyMemory<byte> farewell, bool flush) =>
        Closes.Add((connection, farewell.ToArray(), flush));

    void IGraphEffects.RecordChanged(RecordChange change, GraphRecord record) => Changes.Add((change, record));

    void IGraphEffects.RecordExpired(RecordKey key) => Expired.Add(key);

    void IGraphEffects.ConnectionChanged(ConnectionChange change, GraphConnectionInfo connection) =>
        Connections.Add((change, connection));

    void IGraphEffects.NodeChanged(NodeChange change, GraphNode node) => NodeChanges.Add((change, node));

    void IGraphEffects.DataReceived(int connection, Guid dataType, ReadOnlyMemory<byte> data) =>
        Data.Add((connection, dataType, data.ToArray()));

    void IGraphEffects.Synchronized(int connection) => Synchronizations++;

    void IGraphEffects.StatusChanged(GraphStatus status)
    {
    }

    void IGraphEffects.PropertiesChanged(GraphProperties properties)
    {
    }

    void IGraphEffects.DeferredChanged(int count) => DeferredCounts.Add(count);

    void IGraphEffects.FindNode() => NodesWanted++;

    void IGraphEffects.StoreFailed(PeerException failure) => Failures.Add(failure);

    private void MoveTo(TimeSpan elapsed) => Now = new(elapsed, Now.Utc + (elapsed - Now.Elapsed));
}
