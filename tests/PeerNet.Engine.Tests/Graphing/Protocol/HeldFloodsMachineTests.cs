using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>What a busy node does so that two neighbors do not send each other the same.</summary>
public sealed class HeldFloodsMachineTests
{
    private static readonly TimeSpan Long = GraphOptions.MostHold + TimeSpan.FromSeconds(1);

    private readonly GraphBench _bench = GraphBench.Created();
    private readonly int _from;
    private readonly int _low;
    private readonly int _high;

    public HeldFloodsMachineTests()
    {
        (_from, _low, _high) = (_bench.AddNeighbor(5), _bench.AddNeighbor(6), _bench.AddNeighbor(ulong.MaxValue));
    }

    [Fact]
    public void A_node_at_rest_passes_a_record_on_at_once()
    {
        _bench.Flood(_from, _bench.NewRecord());

        Assert.Equal((1, 1), (CountFloods(_low), CountFloods(_high)));
    }

    [Fact]
    public void A_busy_node_waits_for_a_neighbor_of_a_lower_id()
    {
        GraphRecord record = FloodWhileBusy();
        Assert.Equal((0, 1), (CountFloods(_low), CountFloods(_high)));

        _bench.Advance(Long);

        Assert.Equal(FloodMessage.Encode(record), _bench.Take(_low, GraphMessageType.Flood));
    }

    [Fact]
    public void What_the_neighbor_sends_meanwhile_it_is_not_sent()
    {
        GraphRecord record = FloodWhileBusy();
        _bench.Flood(_low, record);
        _bench.Advance(Long);

        Assert.Equal(0, CountFloods(_low));
        Assert.Equal([new RecordAck(record.Id, false)], Acks(_low));
    }

    [Fact]
    public void An_earlier_version_from_the_neighbor_changes_nothing()
    {
        GraphRecord record = FloodWhileBusy(version: 2);
        _bench.Flood(_low, record with { Version = 1 });
        _bench.Advance(Long);

        // One is the answer to the earlier version.
        Assert.Equal(2, CountFloods(_low));
    }

    [Fact]
    public void Of_two_versions_only_the_later_one_is_sent()
    {
        GraphRecord record = FloodWhileBusy();
        GraphRecord later = RecordEdits.Revise(record, "other", record.Modified + TimeSpan.FromSeconds(1));
        _bench.Flood(_from, later);
        _bench.Advance(Long);

        Assert.Equal(FloodMessage.Encode(later), _bench.Take(_low, GraphMessageType.Flood));
        Assert.Equal(0, CountFloods(_low));
    }

    [Fact]
    public void A_record_of_its_own_user_waits_for_nobody()
    {
        FloodWhileBusy();
        _bench.Machine.Add(_bench.Now, new RecordDraft { Type = GraphBench.Type, Expires = _bench.Machine.PeerNow + TimeSpan.FromHours(1) });

        Assert.Equal(1, CountFloods(_low));
    }

    [Fact]
    public void A_node_that_leaves_sends_what_waits_before()
    {
        GraphRecord record = FloodWhileBusy();
        _bench.Machine.Close(_bench.Now);

        Assert.Equal(FloodMessage.Encode(record), _bench.Take(_low, GraphMessageType.Flood));
    }

    [Fact]
    public void So_is_a_peer_sent_it_that_is_expelled()
    {
        GraphRecord record = FloodWhileBusy();
        _bench.Machine.Expel(_bench.Now, "other");

        Assert.Equal(FloodMessage.Encode(record), _bench.Take(_low, GraphMessageType.Flood));
    }

    // What waits may not be in the database.
    [Fact]
    public void Who_waits_synchronizes_anew_where_the_database_has_failed()
    {
        FloodWhileBusy();
        _bench.Machine.Reload(_bench.Now);
        _bench.Advance(Long);

        Assert.True(_bench.IsClosed(_low));
        Assert.False(_bench.IsClosed(_high));
        Assert.Equal(0, CountFloods(_low));
    }

    [Fact]
    public void It_waits_as_long_as_the_neighbor_lately_took()
    {
        FloodWhileBusy();
        _bench.Advance(Long);
        GraphRecord slow = FloodWhileBusy();
        _bench.Advance(TimeSpan.FromMilliseconds(200));
        _bench.Flood(_low, slow);
        _bench.Outbox.Clear();

        _bench.Flood(_from, _bench.NewRecord());
        _bench.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(0, CountFloods(_low));
        _bench.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, CountFloods(_low));
    }

    [Fact]
    public void So_many_bytes_may_wait_and_no_more()
    {
        var held = new HeldFloods();
        byte[] half = new byte[GraphOptions.MaximumHeldBytes / 2];
        Guid[] ids = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

        Assert.True(held.TryAdd(ids[0], half, TimeSpan.Zero));
        Assert.True(held.TryAdd(ids[1], half, TimeSpan.Zero));
        Assert.False(held.TryAdd(ids[2], half, TimeSpan.Zero));
        held.Remove(ids[0]);
        Assert.True(held.TryAdd(ids[2], half, TimeSpan.FromSeconds(1)));
        Assert.True(held.TryTake(TimeSpan.Zero, out _));
        Assert.False(held.TryTake(TimeSpan.Zero, out _));
        Assert.Equal(TimeSpan.FromSeconds(1), held.Due);
    }

    private int CountFloods(int link) => _bench.CountSent(link, GraphMessageType.Flood);

    /// <summary>A neighbor sends many records, and then this one.</summary>
    private GraphRecord FloodWhileBusy(uint version = 1)
    {
        for (int i = 0; i < GraphOptions.BusyRecords; i++)
        {
            _bench.Flood(_from, _bench.NewRecord());
        }

        // The last of these may wait too.
        _bench.Advance(TimeSpan.FromMilliseconds(100));
        _bench.Outbox.Clear();
        GraphRecord record = _bench.NewRecord(version: version);
        _bench.Flood(_from, record);
        return record;
    }

    private RecordAck[] Acks(int link)
    {
        _bench.Advance(GraphOptions.AckDelay);
        byte[] message = _bench.Take(link, GraphMessageType.Ack);
        Assert.True(AckMessage.TryRead(message, out AckMessage ack));
        return [RecordAck.Read(ack.Acks)];
    }
}
