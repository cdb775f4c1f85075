using System.Text;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Fuzz;

/// <summary>What is written is read as it was, for generated messages and payloads.</summary>
public sealed class GraphRoundTripTests
{
    private const int Rounds = 500;

    [Fact]
    public void AuthInfos() => ForAll(random =>
    {
        var written = new AuthInfoMessage
        {
            IsDirect = random.Chance(2),
            GraphId = Text(random),
            SourcePeerId = Text(random),
            DestinationPeerId = random.Chance(2) ? Text(random) : null,
        };

        Assert.True(AuthInfoMessage.TryRead(GraphMessage.Encode(written), out AuthInfoMessage read));
        Assert.Equal(written, read);
        Assert.InRange(written.WireLength, 0, MessageLimits.Authenticating);
    });

    [Fact]
    public void Connects() => ForAll(random =>
    {
        GraphEndpoint[] endpoints = Endpoints(random);
        var written = new ConnectMessage
        {
            IsUpdate = endpoints.Length > 0 && random.Chance(2),
            IsDirect = random.Chance(2),
            WantsNeighbors = random.Chance(2),
            NodeId = (ulong)random.Number(),
            Endpoints = endpoints,
            FriendlyName = random.Chance(2) ? Text(random) : "",
        };

        Assert.True(ConnectMessage.TryRead(GraphMessage.Encode(written), out ConnectMessage read));
        Assert.Equal(written with { Endpoints = [] }, read with { Endpoints = [] });
        Assert.Equal(written.Endpoints, read.Endpoints);
        Assert.InRange(written.WireLength, 0, MessageLimits.Connecting);
    });

    [Fact]
    public void Welcomes() => ForAll(random =>
    {
        var written = new WelcomeMessage
        {
            NodeId = (ulong)random.Number(),
            PeerTime = new PeerTime((ulong)random.Number()),
            Referrals = Endpoints(random),
            PeerId = Text(random),
            FriendlyName = random.Chance(2) ? Text(random) : "",
        };

        Assert.True(WelcomeMessage.TryRead(GraphMessage.Encode(written), out WelcomeMessage read));
        Assert.Equal(written with { Referrals = [] }, read with { Referrals = [] });
        Assert.Equal(written.Referrals, read.Referrals);
        Assert.InRange(written.WireLength, 0, MessageLimits.Connecting);
    });

    [Fact]
    public void Refusals_and_farewells() => ForAll(random =>
    {
        var refuse = new RefuseMessage { Code = (RefuseCode)(1 + random.Next(4)), Referrals = Endpoints(random) };
        var disconnect = new DisconnectMessage { Reason = (DisconnectReason)(1 + random.Next(3)), Referrals = Endpoints(random) };

        Assert.True(RefuseMessage.TryRead(GraphMessage.Encode(refuse), out RefuseMessage readRefuse));
        Assert.True(DisconnectMessage.TryRead(GraphMessage.Encode(disconnect), out DisconnectMessage readDisconnect));
        Assert.Equal(refuse.Code, readRefuse.Code);
        Assert.Equal(refuse.Referrals, readRefuse.Referrals);
        Assert.Equal(disconnect.Reason, readDisconnect.Reason);
        Assert.Equal(disconnect.Referrals, readDisconnect.Referrals);
        Assert.InRange(refuse.WireLength, 0, MessageLimits.Connecting);
    });

    [Fact]
    public void Solicits() => ForAll(random =>
    {
        RecordTypeList types = Types(random);
        var time = new PeerTime((ulong)random.Number());
        byte[] entries = random.Bytes(random.Next(20) * HashEntry.WireLength);

        Assert.True(SolicitNewMessage.TryRead(GraphMessage.Encode(new SolicitNewMessage(types)), out SolicitNewMessage all));
        Assert.True(SolicitTimeMessage.TryRead(
            GraphMessage.Encode(new SolicitTimeMessage(types, time)), out SolicitTimeMessage since));
        Assert.True(SolicitHashMessage.TryRead(
            GraphMessage.Encode(new SolicitHashMessage { Types = types, Entries = entries }), out SolicitHashMessage hashes));
        foreach (RecordTypeList read in new[] { all.Types, since.Types, hashes.Types })
        {
            Assert.Equal(types.Types, read.Types);
            Assert.Equal(types.IsExclusion && types.Types.Count > 0, read.IsExclusion);
        }

        Assert.Equal(time, since.ModifiedSince);
        Assert.Equal(entries, hashes.Entries.ToArray());
    });

    [Fact]
    public void Lists() => ForAll(random =>
    {
        byte[] boundaries = random.Bytes(random.Next(20) * HashBoundary.WireLength);
        byte[] abstracts = random.Bytes(random.Next(200) * RecordAbstract.WireLength);
        byte[] advertise = GraphMessage.Encode(new AdvertiseMessage { Boundaries = boundaries, Abstracts = abstracts });
        byte[] request = GraphMessage.Encode(new RequestMessage { Abstracts = abstracts });
        byte[] ack = GraphMessage.Encode(new AckMessage { Acks = abstracts });

        Assert.True(AdvertiseMessage.TryRead(advertise, out AdvertiseMessage readAdvertise));
        Assert.True(RequestMessage.TryRead(request, out RequestMessage readRequest));
        Assert.True(AckMessage.TryRead(ack, out AckMessage readAck));
        Assert.Equal(boundaries, readAdvertise.Boundaries.ToArray());
        Assert.Equal(abstracts, readAdvertise.Abstracts.ToArray());
        Assert.Equal(abstracts, readRequest.Abstracts.ToArray());
        Assert.Equal(abstracts, readAck.Acks.ToArray());
    });

    [Fact]
    public void Elements() => ForAll(random =>
    {
        var entry = new HashEntry(random.Number(), new PeerTime((ulong)random.Number()), Id(random));
        var boundary = new HashBoundary(
            new PeerTime((ulong)random.Number()), Id(random), new PeerTime((ulong)random.Number()), Id(random), (uint)random.Number());
        var summary = new RecordAbstract(Id(random), (uint)random.Number());
        var ack = new RecordAck(Id(random), random.Chance(2));
        byte[] bytes = new byte[HashEntry.WireLength + HashBoundary.WireLength + RecordAbstract.WireLength + RecordAck.WireLength];
        var writer = new WireWriter(bytes);
        entry.Write(ref writer);
        boundary.Write(ref writer);
        summary.Write(ref writer);
        ack.Write(ref writer);

        Assert.Equal(bytes.Length, writer.Position);
        Assert.Equal(entry, HashEntry.Read(bytes));
        Assert.Equal(boundary, HashBoundary.Read(bytes.AsSpan(HashEntry.WireLength)));
        Assert.Equal(summary, RecordAbstract.Read(bytes.AsSpan(HashEntry.WireLength + HashBoundary.WireLength)));
        Assert.Equal(ack, RecordAck.Read(bytes.AsSpan(bytes.Length - RecordAck.WireLength)));
    });

    [Fact]
    public void Data() => ForAll(random =>
    {
        var type = Id(random);
        byte[] data = random.Bytes(random.Next(3000));

        Assert.True(PointToPointMessage.TryRead(
            GraphMessage.Encode(new PointToPointMessage { DataType = type, Data = data }), out PointToPointMessage read));
        Assert.Equal(type, read.DataType);
        Assert.Equal(data, read.Data.ToArray());
    });

    [Fact]
    public void Payloads() => ForAll(random =>
    {
        var properties = new GraphProperties
        {
            GraphId = Text(random),
            CreatorId = Text(random),
            FriendlyName = random.Chance(2) ? Text(random) : "",
            Comment = random.Chance(2) ? Text(random) : "",
            Scope = (PeerGraphScope)(1 + random.Next(4)),
            DefersExpiration = random.Chance(2),
            PresenceSeconds = random.Chance(2) ? 0 : 300 + (uint)random.Next(1 << 30),
            MaximumPresence = (uint)random.Number(),
            MaximumRecordSize = random.Chance(2) ? 0 : 1024 + (uint)random.Next(62_913_000),
        };
        var contact = new ContactPayload((ulong)random.Number(), (ulong)random.Number(), Endpoints(random, 64));
        var presence = new PresencePayload((ulong)random.Number(), random.Chance(2) ? Text(random) : "", Endpoints(random, 64));

        Assert.True(GraphInfoPayload.TryRead(GraphInfoPayload.Encode(properties), properties.GraphId, out GraphProperties readProperties));
        Assert.Equal(properties, readProperties);
        Assert.True(ContactPayload.TryRead(contact.Encode(), out ContactPayload readContact));
        Assert.Equal(contact with { Endpoints = [] }, readContact with { Endpoints = [] });
        Assert.Equal(contact.Endpoints, readContact.Endpoints);
        Assert.True(PresencePayload.TryRead(presence.Encode(), out PresencePayload readPresence));
        Assert.Equal(presence with { Endpoints = [] }, readPresence with { Endpoints = [] });
        Assert.Equal(presence.Endpoints, readPresence.Endpoints);
    });

    private static void ForAll(Action<SeededBytes> check)
    {
        var random = new SeededBytes();
        for (int i = 0; i < Rounds; i++)
        {
            try
            {
                check(random);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, round {i}: {exception}");
            }
        }
    }

    // Of one to four bytes in UTF-8; the last is a surrogate pair.
    private static string Text(SeededBytes random)
    {
        string[] letters = ["a", ".", "ü", "漢", "😀"];
        var text = new StringBuilder();
        int length = 1 + random.Next(120);
        while (text.Length < length)
        {
            text.Append(letters[random.Next(letters.Length)]);
        }

        return text.ToString();
    }

    private static Guid Id(SeededBytes random) => new(random.Bytes(16));

    private static GraphEndpoint[] Endpoints(SeededBytes random, int maximum = EndpointArray.MaximumCount) =>
        [.. Enumerable.Range(0, random.Next(maximum + 1)).Select(_ => new GraphEndpoint(random.Number(), (ushort)random.Next(65536)))];

    private static RecordTypeList Types(SeededBytes random) => random.Next(3) switch
    {
        0 => RecordTypeList.All,
        1 => new RecordTypeList([Id(random)], IsExclusion: false),
        _ => new RecordTypeList([.. Enumerable.Range(0, 1 + random.Next(255)).Select(_ => Id(random))], IsExclusion: true),
    };
}
