using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>What a part of the graph machine needs, without the machine: a core, a store, and time that is moved by hand.</summary>
internal sealed class PartBench
{
    private Moment _now = new(TimeSpan.Zero, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public PartBench(GraphOptions? options = null)
    {
        Core = new(
            new GraphSettings { GraphId = GraphBench.GraphId, PeerId = GraphBench.PeerId },
            options ?? new GraphOptions(),
            Store,
            new SeededRandom(7))
        {
            IsReady = true,
            Endpoints = [GraphBench.Local],
            Properties = new GraphProperties { GraphId = GraphBench.GraphId, CreatorId = GraphBench.PeerId },
        };
        Records = new(Core, (record, _, change) =>
        {
            Published.Add((change, record));
            Then(record);
        });
        Core.Clock.Begin(_now, TimeSpan.Zero);
    }

    public MemoryRecordStore Store { get; } = new();

    public GraphCore Core { get; }

    public OwnRecords Records { get; }

    public List<(PeerRecordChangeType Change, GraphRecord Record)> Published { get; } = [];

    /// <summary>What is done with each record that was published.</summary>
    public Action<GraphRecord> Then { get; set; } = _ => { };

    public IEnumerable<GraphDeed?> Deeds => Core.Output.Take().Select(effect => effect.Deed);

    public void Pass(TimeSpan time)
    {
        _now = new(_now.Elapsed + time, _now.Utc + time);
        Core.Clock.Enter(_now);
    }

    public void PassUntil(TimeSpan due) => Pass(due - Core.Elapsed);

    /// <summary>A record of another node.</summary>
    public GraphRecord NewRecord(Guid type, byte[] payload, TimeSpan? lifetime = null)
    {
        GraphRecord record = Records.New(type, payload, Core.PeerNow + (lifetime ?? TimeSpan.FromMinutes(5))) with { CreatorId = "other" };
        Store.Put(record);
        return record;
    }
}
