using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

public sealed class FloodingMachineTests
{
    // MS-PPGRH 3.1.5.2.10
    [Fact]
    public void A_new_record_goes_to_all_other_neighbors_and_is_acknowledged_as_useful()
    {
        GraphBench bench = GraphBench.Created();
        int from = bench.AddNeighbor(5);
        int[] others = [bench.AddNeighbor(6), bench.AddNeighbor(7)];
        GraphRecord record = bench.NewRecord();

        bench.Flood(from, record);

        Assert.Equal((PeerRecordChangeType.Added, record.Id), (bench.Changes.Last().Change, bench.Changes.Last().Record.Id));
        Assert.Equal(record.Payload.ToArray(), bench.Store.Find(record.Id)!.Payload.ToArray());
        Assert.All(others, other => Assert.Equal(FloodMessage.Encode(record), bench.Take(other, GraphMessageType.Flood)));
        Assert.Equal(0, bench.CountSent(from, GraphMessageType.Flood));
        Assert.Equal([new RecordAck(record.Id, true)], Acks(bench, from));
        Assert.Equal(128, bench.Machine.FindConnection(from)!.Utility);
    }

    [Fact]
    public void A_record_that_is_there_goes_no_further()
    {
        GraphBench bench = GraphBench.Created();
        int first = bench.AddNeighbor(5);
        int second = bench.AddNeighbor(6);
        GraphRecord record = bench.NewRecord();
        bench.Flood(first, record);
        Acks(bench, first);
        bench.Outbox.Clear();

        bench.Flood(second, record);

        Assert.Equal([new RecordAck(record.Id, false)], Acks(bench, second));
        Assert.Empty(bench.Outbox);
        Assert.Single(bench.Changes);
        Assert.Equal((1, 1), (bench.Machine.GetStatistics().RecordsUseful, bench.Machine.GetStatistics().RecordsDuplicate));
    }

    [Fact]
    public void A_copy_is_recognized_by_the_store_too()
    {
        GraphBench bench = GraphBench.Created(new GraphOptions { RecentRecords = 0 });
        int link = bench.AddNeighbor(5);
        GraphRecord record = bench.NewRecord();
        bench.Flood(link, record);
        bench.Flood(link, record);

        Assert.Equal([new RecordAck(record.Id, true), new RecordAck(record.Id, false)], Acks(bench, link));
    }

    [Fact]
    public void An_old_record_is_answered_with_the_newer_one()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord newer = bench.NewRecord(version: 3);
        bench.Flood(link, newer);
        Acks(bench, link);

        bench.Flood(link, newer with { Version = 2 });

        Assert.Equal(FloodMessage.Encode(newer), bench.Take(link, GraphMessageType.Flood));
        Assert.Equal([new RecordAck(newer.Id, false)], Acks(bench, link));
        Assert.Equal(1, bench.Machine.GetStatistics().RecordsOld);
    }

    // MS-PPGRH 3.1.7.32: of one version the higher modifier stays.
    [Fact]
    public void A_conflict_is_decided_alike_everywhere()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord low = bench.NewRecord(version: 2) with { ModifierId = "a" };
        GraphRecord high = low with { ModifierId = "b", Payload = new byte[] { 9 } };

        bench.Flood(link, low);
        bench.Flood(link, high);
        bench.Flood(link, low);

        Assert.Equal("b", bench.Store.Find(low.Id)!.ModifierId);
        Assert.Equal([PeerRecordChangeType.Added, PeerRecordChangeType.Updated], bench.Changes.Select(change => change.Change));
    }

    [Fact]
    public void A_tombstone_stays_until_it_expires()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord record = bench.NewRecord();
        bench.Flood(link, record);
        bench.Flood(link, record with
        {
            Version = 2,
            IsDeleted = true,
            Payload = default,
            ModifierId = "other",
            Modified = record.Modified + TimeSpan.FromSeconds(1),
        });
        bench.Flood(link, record);

        Assert.True(bench.Store.Find(record.Id)!.IsDeleted);
        Assert.Equal([PeerRecordChangeType.Added, PeerRecordChangeType.Deleted], bench.Changes.Select(change => change.Change));
        bench.Advance(TimeSpan.FromHours(2));
        Assert.Null(bench.Store.Find(record.Id));
        Assert.DoesNotContain(bench.Expired, key => key.Id == record.Id);
    }

    [Fact]
    public void An_expired_record_does_not_come_back()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord record = bench.NewRecord() with { Expires = bench.Machine.PeerNow - TimeSpan.FromSeconds(1) };

        bench.Flood(link, record);

        Assert.Null(bench.Store.Find(record.Id));
        Assert.Equal([new RecordAck(record.Id, false)], Acks(bench, link));
        Assert.Equal(1, bench.Dropped(GraphDropReason.ExpiredRecord));
    }

    // MS-PPGRH 3.1.7.27: silence, and no end of the connection.
    [Fact]
    public void A_record_that_breaks_a_rule_is_dropped_in_silence()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord record = bench.NewRecord();
        GraphRecord[] invalid =
        [
            record with { GraphId = "X" },
            record with { Id = Guid.NewGuid() },
            record with { ModifierId = "x" },
            record with { Expires = record.Modified },
            bench.NewRecord(RecordTypes.Signature, payload: [1, 2, 3]),
            bench.NewRecord(RecordTypes.Contact, payload: [1, 2, 3]),
            bench.NewRecord(RecordTypes.Presence, payload: [1, 2, 3]),
            bench.NewRecord(RecordTypes.GraphInfo, payload: [1, 2, 3]),
        ];
        foreach (GraphRecord one in invalid)
        {
            bench.Flood(link, one);
        }

        bench.Receive(link, new FloodMessage { Record = new byte[200] });
        bench.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(invalid.Length + 1, bench.Dropped(GraphDropReason.InvalidRecord));
        Assert.Equal(1, bench.Store.Count);
        Assert.False(bench.IsClosed(link));
        Assert.Equal(0, bench.CountSent(link, GraphMessageType.Ack));
    }

    [Fact]
    public void Acknowledgements_are_gathered()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        for (int i = 0; i < 1000; i++)
        {
            bench.Flood(link, bench.NewRecord());
        }

        bench.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(8, bench.CountSent(link, GraphMessageType.Ack));
    }

    // MS-PPGRH 3.1.7.33
    [Fact]
    public void Utility_rises_with_useful_records_and_falls_with_others()
    {
        double utility = 0;
        utility = GraphFormulas.Utility(utility, isUseful: true);
        Assert.Equal(128, utility);
        utility = GraphFormulas.Utility(utility, isUseful: false);
        Assert.Equal(124, utility);

        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        GraphRecord record = bench.Machine.Add(
            bench.Now,
            new RecordDraft { Type = GraphBench.Type, Expires = bench.Machine.PeerNow + TimeSpan.FromHours(1) });
        byte[] ack = new byte[RecordAck.WireLength];
        var writer = new WireWriter(ack);
        new RecordAck(record.Id, true).Write(ref writer);
        bench.Receive(link, new AckMessage { Acks = ack });

        Assert.Equal(128, bench.Machine.FindConnection(link)!.Utility);
        Assert.Equal(1, bench.Machine.GetStatistics().AcksUseful);
    }

    [Fact]
    public void A_neighbor_that_acknowledges_more_than_it_was_sent_is_dropped()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        bench.Machine.Add(bench.Now, new RecordDraft { Type = GraphBench.Type, Expires = bench.Machine.PeerNow + TimeSpan.FromHours(1) });

        bench.Receive(link, new AckMessage { Acks = new byte[2 * RecordAck.WireLength] });

        Assert.True(bench.IsClosed(link));
        Assert.Equal(1, bench.Dropped(GraphDropReason.Limit));
    }

    // Records are acknowledged: who is silent for 90 seconds after one is not there any more.
    [Fact]
    public void A_dead_connection_is_noticed()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        bench.Advance(TimeSpan.FromMinutes(1));
        Assert.False(bench.IsClosed(link));

        bench.Machine.Add(bench.Now, new RecordDraft { Type = GraphBench.Type, Expires = bench.Machine.PeerNow + TimeSpan.FromHours(1) });
        bench.Advance(TimeSpan.FromSeconds(91));

        Assert.Equal(ConnectionEnd.Lost, bench.Connections.Last().Connection.End);
    }

    [Fact]
    public void A_neighbor_that_does_not_read_is_cut_off()
    {
        GraphBench bench = GraphBench.Created(new GraphOptions { MaximumQueuedBytes = 1 << 20, SynchronizationWindow = 1 << 16, PublishingWindow = 1 << 17 });
        int slow = bench.AddNeighbor(5);
        int fast = bench.AddNeighbor(6);
        long queued = 0;
        for (int i = 0; i < 30; i++)
        {
            bench.Machine.Add(bench.Now, new RecordDraft
            {
                Type = GraphBench.Type,
                Payload = new byte[100_000],
                Expires = bench.Machine.PeerNow + TimeSpan.FromHours(1),
            });
            queued = Math.Max(queued, bench.Outbox.Where(sent => sent.Link == slow).Sum(sent => sent.Message.Length));
            bench.Machine.Sent(bench.Now, fast, 1 << 20);
        }

        Assert.InRange(queued, 1 << 20, (1 << 20) + 101_000);
        (_, byte[] farewell, bool flush) = bench.Closes.Single(closed => closed.Link == slow);
        Assert.Equal(GraphMessageType.Disconnect, GraphBench.TypeOf(farewell));
        Assert.False(flush);
        Assert.False(bench.IsClosed(fast));
        Assert.Equal(1, bench.Dropped(GraphDropReason.SlowReader));
    }

    // MS-PPGRH 2.2: the limit of 16,379 bytes is one of frames; a record of 60 MB is legal (2.2.3.1).
    [Fact]
    public void A_record_of_sixty_megabytes_is_taken_and_passed_on()
    {
        GraphBench bench = GraphBench.Created();
        int from = bench.AddNeighbor(5);
        int to = bench.AddNeighbor(6);
        Assert.True(bench.Machine.GetMaximumMessage(from) > 62_914_560);

        bench.Flood(from, bench.NewRecord(payload: new byte[62_914_560]));

        Assert.True(bench.Take(to, GraphMessageType.Flood).Length > 62_914_560);
        bench.Flood(from, bench.NewRecord(payload: new byte[62_914_561]));
        Assert.Equal(1, bench.Dropped(GraphDropReason.InvalidRecord));
    }

    // MS-PPGRH 3.1.7.27, 3.1.4.10
    [Fact]
    public void Deferred_records_are_kept_within_bounds_and_judged_again()
    {
        var provider = new FakeProvider { Verdict = _ => RecordVerdict.Defer };
        GraphBench bench = GraphBench.Created(new GraphOptions { MaximumDeferred = 10 }, provider);
        int link = bench.AddNeighbor(5);
        int other = bench.AddNeighbor(6);
        GraphRecord[] records = [.. Enumerable.Range(0, 15).Select(_ => bench.NewRecord())];
        foreach (GraphRecord record in records)
        {
            bench.Flood(link, record);
        }

        Assert.Equal(10, bench.Machine.DeferredCount);
        Assert.Equal(5, bench.Dropped(GraphDropReason.DeferredOverflow));
        Assert.Equal(0, bench.CountSent(other, GraphMessageType.Flood));

        provider.Verdict = record => record.Id == records[14].Id ? RecordVerdict.Invalid : RecordVerdict.Valid;
        bench.Machine.Revalidate(bench.Now);

        Assert.Equal(0, bench.Machine.DeferredCount);
        Assert.Equal(9, bench.CountSent(other, GraphMessageType.Flood));
        Assert.Equal(9, bench.CountSent(link, GraphMessageType.Flood));
        Assert.Equal(1, bench.Dropped(GraphDropReason.RejectedRecord));
    }

    [Fact]
    public void A_provider_that_fails_rejects()
    {
        var provider = new FakeProvider { Verdict = _ => throw new InvalidOperationException("Oh.") };
        GraphBench bench = GraphBench.Created(provider: provider);
        int link = bench.AddNeighbor(5);
        GraphRecord record = bench.NewRecord();

        bench.Flood(link, record);

        Assert.Null(bench.Store.Find(record.Id));
        Assert.Contains("Oh.", Assert.Single(bench.Failures).Message, StringComparison.Ordinal);
        Assert.Equal(1, bench.Dropped(GraphDropReason.RejectedRecord));
    }

    // MS-PPGRH 2.2.4.1
    [Fact]
    public void A_neighbor_to_whom_there_is_nothing_to_say_gets_a_ping()
    {
        GraphBench bench = GraphBench.Created();
        bench.Advance(TimeSpan.FromMinutes(4));
        int link = bench.AddNeighbor(5);
        bench.Outbox.Clear();

        bench.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, bench.CountSent(link, GraphMessageType.PointToPoint));
        bench.Advance(TimeSpan.FromSeconds(122));

        Assert.InRange(bench.CountSent(link, GraphMessageType.PointToPoint), 1, 3);
    }

    [Fact]
    public void What_the_store_cannot_keep_is_neither_acknowledged_nor_passed_on()
    {
        GraphBench bench = GraphBench.Created();
        int link = bench.AddNeighbor(5);
        int other = bench.AddNeighbor(6);
        bench.Store.Failure = PeerErrors.DiskFull.Exception("Full.");

        bench.Flood(link, bench.NewRecord());
        bench.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(PeerErrors.DiskFull, bench.Failures.First().Error);
        Assert.Equal(0, bench.CountSent(link, GraphMessageType.Ack));
        Assert.Equal(0, bench.CountSent(other, GraphMessageType.Flood));
        Assert.False(bench.IsClosed(link));
        Assert.Equal(
            PeerErrors.DiskFull,
            Assert.Throws<PeerException>(() => bench.Machine.Add(bench.Now, new RecordDraft
            {
                Type = GraphBench.Type,
                Expires = bench.Machine.PeerNow + TimeSpan.FromHours(1),
            })).Error);
    }

    private static List<RecordAck> Acks(GraphBench bench, int link)
    {
        bench.Advance(TimeSpan.FromMilliseconds(150));
        Assert.True(AckMessage.TryRead(bench.Take(link, GraphMessageType.Ack), out AckMessage message));
        List<RecordAck> acks = [];
        for (int i = 0; i < message.Acks.Length; i += RecordAck.WireLength)
        {
            acks.Add(RecordAck.Read(message.Acks[i..]));
        }

        return acks;
    }
}
