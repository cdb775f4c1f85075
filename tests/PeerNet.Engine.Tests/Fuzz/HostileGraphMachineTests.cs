using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Tests.Graphing.Protocol;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Fuzz;

/// <summary>Malformed and lying neighbors never take a machine down, and leave no more behind than its caps allow.</summary>
public sealed class HostileGraphMachineTests
{
    private const int Count = 200_000;
    private const int MaximumStored = 20_000;

    private static readonly byte[][] Vectors = [.. GraphVectors.Messages.Values.Select(HexVector.Parse)];

    [Fact]
    public void Mutated_messages_in_every_state_end_connections_and_nothing_else()
    {
        var random = new SeededBytes();
        var options = new GraphOptions { MaximumPendingConnections = 16, MaximumConnections = 64, MaximumDeferred = 20 };
        GraphBench bench = GraphBench.Created(options, new FakeProvider
        {
            Verdict = _ => (Engine.Graphing.Providers.RecordVerdict)random.Next(3),
        });
        bench.Machine.AllowsDirect = true;
        byte[] buffer = new byte[4096];
        for (int i = 0; i < Count; i++)
        {
            try
            {
                Step(bench, random, buffer);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, step {i}: {exception}");
            }

            if (i % 1000 == 0)
            {
                Check(bench, options, random.Seed);
            }
        }

        Check(bench, options, random.Seed);
        bench.Advance(TimeSpan.FromDays(3));
        Assert.DoesNotContain(
            bench.Machine.ListConnections(),
            link => !link.IsInitiator && link.State != LinkState.Connected);
        Assert.Equal(GraphBench.PeerId, bench.Machine.Properties!.CreatorId);
    }

    private static void Step(GraphBench bench, SeededBytes random, byte[] buffer)
    {
        bench.Outbox.Clear();
        bench.Closes.Clear();
        bench.Connections.Clear();
        bench.Changes.Clear();
        bench.Dials.Clear();
        bench.Authentications.Clear();
        bench.NodeChanges.Clear();
        bench.Data.Clear();
        IReadOnlyList<GraphConnectionInfo> links = bench.Machine.ListConnections();
        int link = links.Count == 0 ? 0 : links[random.Next(links.Count)].Id;
        switch (random.Next(16))
        {
            case 0:
                bench.Machine.Accept(bench.Now, GraphBench.EndpointOf(random.Next(500)));
                break;
            case 1:
                bench.Machine.Authenticated(bench.Now, link, random.Chance(2) ? "other" : null);
                break;
            case 2:
                bench.Machine.Sent(bench.Now, link, random.Next(100_000));
                break;
            case 3:
                bench.Machine.Closed(bench.Now, link, (ConnectionEnd)random.Next(11));
                break;
            case 4:
                bench.Advance(TimeSpan.FromMilliseconds(random.Next(20_000)));
                break;
            case 5 when bench.Machine.NeighborCount < 7:
                bench.AddNeighbor((ulong)random.Next(1000) + 1, takeWelcome: false);
                break;
            case 6:
                bench.Machine.Repair(bench.Now, GraphBench.EndpointOf(random.Next(500)));
                break;
            case 7:
                bench.Machine.Revalidate(bench.Now);
                break;
            case < 12:
                bench.Machine.Receive(bench.Now, link, Plausible(bench, random));
                break;
            default:
                int length = random.Mutate(Vectors[random.Next(Vectors.Length)], buffer);
                (buffer[0], buffer[1], buffer[2], buffer[3]) = (0, 0, (byte)(length >> 8), (byte)length);
                bench.Machine.Receive(bench.Now, link, buffer.AsSpan(0, length));
                break;
        }
    }

    // Sound in form, but from somebody who says whatever comes to mind.
    private static byte[] Plausible(GraphBench bench, SeededBytes random)
    {
        switch (random.Next(9))
        {
            case 0:
                return GraphMessage.Encode(new ConnectMessage
                {
                    NodeId = (ulong)random.Next(1000),
                    IsDirect = random.Chance(3),
                    Endpoints = [Endpoint(random)],
                });
            case 1:
                return GraphMessage.Encode(new WelcomeMessage
                {
                    NodeId = (ulong)random.Next(1000),
                    PeerId = "other",
                    PeerTime = new PeerTime((ulong)random.Number()),
                });
            case 2:
                return GraphMessage.Encode(new SolicitNewMessage(RecordTypeList.All));
            case 3:
                return GraphMessage.Encode(new SolicitHashMessage
                {
                    Types = RecordTypeList.All,
                    Entries = random.Bytes(random.Next(5) * HashEntry.WireLength),
                });
            case 4:
                return GraphMessage.Encode(new AdvertiseMessage
                {
                    Boundaries = random.Bytes(random.Next(5) * HashBoundary.WireLength),
                    Abstracts = random.Bytes(random.Next(5) * RecordAbstract.WireLength),
                });
            case 5:
                return GraphMessage.Encode(new SyncEndMessage(true));
            default:
                return FloodMessage.Encode(Record(bench, random));
        }
    }

    private static GraphRecord Record(GraphBench bench, SeededBytes random)
    {
        (Guid type, byte[] payload) = random.Next(5) switch
        {
            0 => (RecordTypes.Signature, SignaturePayload.Encode((ulong)random.Number())),
            1 => (
                RecordTypes.Contact,
                new ContactPayload((ulong)random.Number(), (ulong)random.Next(50), [Endpoint(random)]).Encode()),
            2 => (RecordTypes.Presence, new PresencePayload((ulong)random.Next(50), "x", [Endpoint(random)]).Encode()),
            3 => (
                RecordTypes.GraphInfo,
                GraphInfoPayload.Encode(bench.Machine.Properties! with { MaximumPresence = (uint)random.Next(20) })),
            _ => (GraphBench.Type, random.Bytes(random.Next(100))),
        };
        GraphRecord record = bench.NewRecord(type, (uint)(1 + random.Next(5)), payload);
        if (random.Chance(10))
        {
            record = record with { Version = uint.MaxValue };
        }

        if (random.Chance(10))
        {
            record = record with
            {
                Modified = new PeerTime(ulong.MaxValue - 1),
                Expires = new PeerTime(ulong.MaxValue),
                ModifierId = "x",
            };
        }

        if (random.Chance(5))
        {
            record = record with { IsDeleted = true, Payload = default };
        }

        return record with { Expires = random.Chance(4) ? record.Expires : record.Modified + TimeSpan.FromSeconds(random.Next(600)) };
    }

    private static GraphEndpoint Endpoint(SeededBytes random) => GraphBench.EndpointOf(random.Next(900));

    private static void Check(GraphBench bench, GraphOptions options, int seed)
    {
        IReadOnlyList<GraphConnectionInfo> links = bench.Machine.ListConnections();
        Assert.True(links.Count <= options.MaximumConnections, $"Seed {seed}");
        Assert.True(bench.Machine.ConnectingCount <= 2 * options.IdealNeighbors, $"Seed {seed}");
        Assert.True(bench.Machine.NeighborCount <= GraphOptions.MaximumNeighbors, $"Seed {seed}");
        Assert.True(bench.Machine.DeferredCount <= options.MaximumDeferred, $"Seed {seed}");
        Assert.True(bench.Store.Count <= MaximumStored, $"Seed {seed}");
        int pending = links.Count(link => link.State is LinkState.Accepted or LinkState.Authenticating or LinkState.Authenticated);
        Assert.True(pending <= options.MaximumPendingConnections, $"Seed {seed}");
    }
}
