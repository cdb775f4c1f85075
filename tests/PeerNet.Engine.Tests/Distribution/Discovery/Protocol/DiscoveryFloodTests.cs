using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

[Collection(MeasuredAlone.Name)]
public sealed class DiscoveryFloodTests
{
    private static readonly SegmentId A = DiscoveryVectors.Id(1);

    // So that the flood gets as far as the tables, and is not stopped at the door.
    private static readonly DiscoveryLimits Open = new()
    {
        MessagesPerSecond = 1 << 20,
        MessageBurst = 1 << 20,
        Sources = 1 << 16,
    };

    // On a link each neighbor has an address of his own, though an IPv6 prefix is common to all.
    [Theory]
    [InlineData("192.0.2.77:50001", "192.0.2.3:50001")]
    [InlineData("[fe80::77%2]:50001", "[fe80::3%2]:50001")]
    public void One_source_that_floods_does_not_take_the_others_turn(string flooding, string quiet)
    {
        var bench = new MachineBench();
        bench.Segments.Hold(A);
        var flooder = IPEndPoint.Parse(flooding);
        var honest = IPEndPoint.Parse(quiet);
        List<string> asked = [];
        for (int second = 0; second < 10; second++)
        {
            for (int i = 0; i < 1000; i++)
            {
                bench.Ask(Ask(A), flooder);
                bench.Ask(Ask(A), flooder);
                bench.Advance(1);
            }

            Probe probe = Ask(A);
            asked.Add(probe.MessageId);
            bench.Ask(probe, honest);
            bench.Advance(65);
        }

        Assert.Equal(
            asked, bench.Answers.Where(sent => sent.Destination.Equals(honest)).Select(sent => sent.Answer.RelatesTo));
        Assert.InRange(
            bench.Answers.Count, 1, (11 * bench.Limits.AnswersPerSecond) + bench.Limits.AnswerBurst);
    }

    [Fact]
    public void All_sources_together_are_answered_a_limited_number_of_times()
    {
        var bench = new MachineBench(Open with { WaitingAnswers = 1 << 16 });
        bench.Segments.Hold(A);
        for (int i = 0; i < 20_000; i++)
        {
            bench.Ask(Ask(A), new(new IPAddress([192, 0, 2, (byte)(2 + (i % 250))]), 40_000));
            bench.Advance(0.1);
        }

        // Two seconds.
        int limit = bench.Limits.AnswerBurst + (2 * bench.Limits.AnswersPerSecond);
        Assert.InRange(bench.Answers.Count, limit - 20, limit + 1);
    }

    [Fact]
    public void Messages_are_read_a_limited_number_of_times_a_second()
    {
        var bench = new MachineBench();
        byte[] message = Ask(A).Write();
        for (int i = 0; i < 100_000; i++)
        {
            var source = new IPEndPoint(new IPAddress([192, 0, 2, (byte)(2 + (i % 250))]), 40_000);
            bench.Receive(message, source);
        }

        Assert.Equal(bench.Limits.MessageBurst, bench.Count(DiscoveryCounter.DroppedNotHeld));
        Assert.Equal(100_000 - bench.Limits.MessageBurst, bench.Count(DiscoveryCounter.DroppedLimit));
    }

    [Fact]
    public void A_million_bogus_ids_leave_nothing_behind()
    {
        var bench = new MachineBench(Open);
        bench.Segments.Hold(A);
        const int perProbe = 50;
        bench.Ask(DiscoveryVectors.Id(7));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 1_000_000 / perProbe; i++)
        {
            SegmentId[] ids = [.. Enumerable.Range(0, perProbe).Select(n => DiscoveryVectors.Id((i * perProbe) + n + 1000))];
            bench.Ask(ids);
            bench.Advance(1);
        }

        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Empty(bench.Answers);
        Assert.Equal(0, bench.Machine.Remembered);
        Assert.InRange(kept, long.MinValue, 1 << 20);
    }

    [Fact]
    public void A_flood_of_probes_for_what_is_held_fills_the_tables_and_no_more()
    {
        var bench = new MachineBench(Open);
        bench.Segments.Hold(A);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        string padding = new('x', WsdElements.MaximumUri - 10);
        for (int i = 0; i < 50_000; i++)
        {
            bench.Ask(
                Ask(A) with { MessageId = $"{padding}{i:D10}" },
                new(new IPAddress([192, 0, 2, (byte)(2 + (i % 250))]), 40_000));
        }

        int remembered = bench.Machine.Remembered;
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal(bench.Limits.WaitingAnswers, remembered);
        Assert.InRange(kept, long.MinValue, 8 << 20);
        bench.Advance(65);
        Assert.Equal(0, bench.Machine.Remembered);
    }

    [Fact]
    public void A_flood_of_answers_to_one_probe_ends_with_the_probe()
    {
        var bench = new MachineBench(Open);
        SegmentId[] ids = [.. Enumerable.Range(0, 47).Select(number => DiscoveryVectors.Id(number))];
        bench.Search(PeerContentVersion.V1, ids);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 20_000; i++)
        {
            var peer = new IPEndPoint(new IPAddress([192, 0, 2, (byte)(2 + (i % 250))]), 1 + i);
            bench.Hear(bench.Reply(peer, ids), new(peer.Address, 3702));
        }

        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(bench.Limits.Replies, bench.Found.Count);
        Assert.InRange(kept, long.MinValue, 4 << 20);
        bench.Advance(301);
        Assert.Equal(0, bench.Machine.OutstandingProbes);
        Assert.Equal(47, bench.Machine.Remembered);
    }

    private static Probe Ask(SegmentId id) =>
        new() { MessageId = MachineBench.NewId(), Version = PeerContentVersion.V1, Segments = [id] };
}
