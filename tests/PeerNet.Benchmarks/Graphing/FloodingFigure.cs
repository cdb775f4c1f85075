using System.Diagnostics;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Tests;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>Records of 1 KiB that one machine takes from a neighbor, keeps in memory and passes on to two others, each of
/// which sends a copy back as well: what the protocol itself costs.</summary>
internal sealed class FloodingFigure : IFigure
{
    private const int Batch = 20_000;
    private const int Batches = 5;
    private const double Wanted = 25_000;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    public string Name => "Graph flooding";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        var random = new SeededRandom(1);
        var store = new MemoryRecordStore();
        var machine = new GraphMachine(
            new GraphSettings { GraphId = "G", PeerId = "me" }, new GraphOptions(), store, random);
        var now = new Moment(TimeSpan.Zero, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        machine.Create(now, new GraphProperties { GraphId = "G", CreatorId = "me" });
        int[] links = [.. Enumerable.Range(1, 3).Select(node => AddNeighbor(machine, now, (ulong)node))];

        double best = double.MaxValue;
        long allocated = 0;
        for (int batch = 0; batch < Batches; batch++)
        {
            byte[][] messages = [.. Enumerable.Range(0, Batch).Select(i => NewMessage(machine, random, i))];
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            foreach (byte[] message in messages)
            {
                foreach (int link in links)
                {
                    machine.Receive(now, link, message);
                    machine.Sent(now, link, 1 << 20);
                }

                machine.TakeEffects();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        yield return new($"{Name}, 1 KiB with two duplicates", Batch / best, "rec/s", Wanted);
        yield return new($"{Name}, memory a record", (double)allocated / Batch, "bytes", null);
    }

    private static int AddNeighbor(GraphMachine machine, Moment now, ulong nodeId)
    {
        int link = machine.Accept(now, new GraphEndpoint((UInt128)nodeId, 1))!.Value;
        machine.Receive(now, link, GraphMessage.Encode(new AuthInfoMessage { GraphId = "G", SourcePeerId = "other" }));
        machine.Authenticated(now, link, "other");
        machine.Receive(now, link, GraphMessage.Encode(new ConnectMessage { NodeId = nodeId }));
        return link;
    }

    private static byte[] NewMessage(GraphMachine machine, SeededRandom random, int index)
    {
        PeerTime created = machine.PeerNow + TimeSpan.FromTicks(index);
        return FloodMessage.Encode(new GraphRecord
        {
            Type = Type,
            Id = RecordIds.Create(Type, "other", random),
            Version = 1,
            CreatorId = "other",
            Created = created,
            Modified = created,
            Expires = created + TimeSpan.FromDays(1),
            GraphId = "G",
            Payload = new byte[1024],
        });
    }
}
