using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>A graph machine under test: fed with messages by hand, and everything it does written down.</summary>
internal sealed class GraphBench
{
    public const string GraphId = "G";
    public const string PeerId = "me";

    public static readonly GraphEndpoint Local = EndpointOf(1);
    public static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    private static readonly SeededRandom IdRandom = new(99);

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
            new SeededRandom(seed));
    }

    public GraphMachine Machine { get; }

    public MemoryRecordStore Store { get; } = new();

    public Moment Now { get; private set; } = new(TimeSpan.Zero, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Messages sent and not yet taken.</summary>
    public List<(int Link, byte[] Message)> Outbox { get => Taken(field); } = [];

    public List<(int Link, GraphEndpoint Endpoint, GraphConnectionContext Context, byte[] AuthInfo)> Dials { get => Taken(field); } = [];

    public List<(int Link, GraphConnectionContext Context)> Authentications { get => Taken(field); } = [];

    public List<(int Link, byte[] Farewell, bool Flush)> Closes { get => Taken(field); } = [];

    public List<(PeerRecordChangeType Change, GraphRecord Record)> Changes { get => Taken(field); } = [];

    public List<RecordKey> Expired { get => Taken(field); } = [];

    public List<(PeerConnectionChangeType Change, GraphConnectionInfo Connection)> Connections { get => Taken(field); } = [];

    public List<(PeerGraphNodeChangeType Change, GraphNode Node)> NodeChanges { get => Taken(field); } = [];

    public List<(int Link, Guid Type, byte[] Data)> Data { get => Taken(field); } = [];

    public List<PeerException> Failures { get => Taken(field); } = [];

    public int Synchronizations
    {
        get
        {
            Take();
            return field;
        }

        private set;
    }

    public int NodesWanted
    {
        get
        {
            Take();
            return field;
        }

        private set;
    }

    public long Dropped(GraphDropReason reason) =>
        Machine.GetStatistics().Dropped.GetValueOrDefault(reason.ToString());

    public static GraphEndpoint EndpointOf(int host) => new(new Bits128(0x2001_0db8_0000_0000, (ulong)host), 3587);

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

    // The machine is not asked for what it wants done before somebody looks.
    private void Take()
    {
        foreach (GraphEffect effect in Machine.TakeEffects().ToArray())
        {
            Write(effect);
        }
    }

    private List<T> Taken<T>(List<T> list)
    {
        Take();
        return list;
    }

    private void Write(in GraphEffect effect)
    {
        if (effect.Deed is { } deed)
        {
            Write(effect.Connection, deed);
        }
        else if (effect.Record is { } record)
        {
            Changes.Add((effect.Change, record));
        }
        else
        {
            Outbox.Add((effect.Connection, effect.Message.ToArray()));
        }
    }

    private void Write(int connection, GraphDeed deed)
    {
        switch (deed)
        {
            case GraphDeed.Connect connect:
                Dials.Add((connection, connect.Endpoint, connect.Context, connect.AuthInfo.ToArray()));
                break;
            case GraphDeed.Authenticate authenticate:
                Authentications.Add((connection, authenticate.Context));
                break;
            case GraphDeed.Close close:
                Closes.Add((connection, close.Farewell.ToArray(), close.Flush));
                break;
            case GraphDeed.RecordExpired expired:
                Expired.Add(expired.Key);
                break;
            case GraphDeed.ConnectionChanged changed:
                Connections.Add((changed.Change, changed.Connection));
                break;
            case GraphDeed.NodeChanged changed:
                NodeChanges.Add((changed.Change, changed.Node));
                break;
            case GraphDeed.DataReceived received:
                Data.Add((connection, received.DataType, received.Data.ToArray()));
                break;
            case GraphDeed.Synchronized:
                Synchronizations++;
                break;
            case GraphDeed.FindNode:
                NodesWanted++;
                break;
            case GraphDeed.Failed failed:
                Failures.Add(failed.Failure);
                break;
        }
    }

    private void MoveTo(TimeSpan elapsed) => Now = new(elapsed, Now.Utc + (elapsed - Now.Elapsed));
}
