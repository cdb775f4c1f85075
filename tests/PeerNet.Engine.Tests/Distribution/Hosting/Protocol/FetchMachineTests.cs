using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Hosting.Protocol;

public sealed class FetchMachineTests
{
    private const string A = "192.0.2.1:8008";
    private const string B = "192.0.2.2:8008";

    [Fact]
    public void What_is_offered_is_fetched_block_by_block_from_who_offered_it()
    {
        var bench = new FetchBench();
        Assert.True(bench.Offer(1, A, blocks: 3));

        List<FetchRequest> requests = bench.Run(_ => FetchOutcome.Stored);

        Assert.Equal([0, 1, 2], requests.Select(request => request.Block));
        Assert.All(requests, request => Assert.Equal("http://192.0.2.1:8008/", request.Offer.Peer.ToString()));
        Assert.Equal(0, bench.Machine.Pending);
        Assert.Equal(3, bench.Counters[FetchCounter.Blocks]);
        Assert.Equal(3000, bench.Counters[FetchCounter.Bytes]);
        Assert.Equal(1, bench.Counters[FetchCounter.Completed]);
    }

    [Fact]
    public void A_link_local_client_is_asked_through_the_interface_that_it_came_by()
    {
        var bench = new FetchBench();
        bench.Offer(1, "[fe80::7%3]:8008");
        Assert.Equal("fe80::7%3", Assert.Single(bench.TakeAll()).Offer.Peer.IdnHost);
    }

    [Fact]
    public void What_is_held_is_not_fetched()
    {
        var bench = new FetchBench();
        Assert.False(bench.Offer(FetchBench.Create(1) with { Wanted = default }));
        Assert.Equal(1, bench.Counters[FetchCounter.AlreadyHeld]);
        Assert.Equal(0, bench.Machine.Clients);
    }

    [Theory]
    [InlineData(80, true)]
    [InlineData(443, true)]
    [InlineData(1024, true)]
    [InlineData(8008, true)]
    [InlineData(65535, true)]
    [InlineData(0, false)]
    [InlineData(22, false)]
    [InlineData(25, false)]
    [InlineData(1023, false)]
    [InlineData(2375, false)]
    [InlineData(5432, false)]
    [InlineData(5901, false)]
    [InlineData(6001, false)]
    [InlineData(6379, false)]
    [InlineData(9100, false)]
    public void Ports_of_other_services_are_never_asked(int port, bool isAllowed)
    {
        var bench = new FetchBench();
        Assert.Equal(isAllowed, bench.Offer(1, $"192.0.2.1:{port}"));
        Assert.Equal(isAllowed ? 0 : 1, bench.Counters[FetchCounter.PortsRefused]);
        Assert.Equal(isAllowed ? 1 : 0, bench.TakeAll().Count);
    }

    [Fact]
    public void Requests_are_bounded_for_each_client_and_over_all_and_clients_take_turns()
    {
        var bench = new FetchBench(new() { Requests = 10, RequestsPerClient = 4 });
        for (int i = 0; i < 100; i++)
        {
            bench.Offer(i, A);
        }

        for (int i = 100; i < 110; i++)
        {
            bench.Offer(i, B);
            bench.Offer(i + 100, "192.0.2.3:8008");
        }

        List<FetchRequest> requests = bench.TakeAll();

        Assert.Equal(10, requests.Count);
        Assert.Equal(10, bench.Machine.InFlight);
        Assert.Equal([3, 3, 4], requests.CountBy(request => request.Offer.Client).Select(count => count.Value).Order());

        bench.End(requests[0], FetchOutcome.Stored);
        Assert.Single(bench.TakeAll());
    }

    [Fact]
    public void One_client_never_has_more_than_its_share()
    {
        var bench = new FetchBench(new() { RequestsPerClient = 4 });
        for (int i = 0; i < 100; i++)
        {
            bench.Offer(i, A);
        }

        Assert.Equal(4, bench.TakeAll().Count);
    }

    // A host has every address of its /64.
    [Fact]
    public void All_addresses_of_a_64_share_the_quotas_of_one_client()
    {
        var bench = new FetchBench(new() { OffersPerClient = 4 });
        bool[] taken = [.. Enumerable.Range(1, 6).Select(i => bench.Offer(i, $"[2001:db8::{i}]:8008"))];

        Assert.Equal([true, true, true, true, false, false], taken);
        Assert.Equal(1, bench.Machine.Clients);
        Assert.True(bench.Offer(7, "[2001:db8:0:1::1]:8008"));
    }

    // Two hosts of one link offer a segment: where the first does not deliver, the other one is asked.
    [Fact]
    public void Another_address_of_a_64_is_another_place_to_fetch_a_segment_from()
    {
        var bench = new FetchBench();

        Assert.True(bench.Offer(1, "[2001:db8::1]:8008"));
        Assert.True(bench.Offer(1, "[2001:db8::2]:8008"));
        Assert.False(bench.Offer(1, "[2001:db8::2]:8008"));
    }

    [Fact]
    public void A_segment_is_fetched_once_however_many_offer_it()
    {
        var bench = new FetchBench();
        Assert.True(bench.Offer(1, A));
        Assert.False(bench.Offer(1, A));
        Assert.True(bench.Offer(1, B));

        Assert.Single(bench.Run(_ => FetchOutcome.Stored));
        Assert.Equal(1, bench.Counters[FetchCounter.Duplicates]);
        Assert.Equal(0, bench.Machine.Pending);
    }

    [Fact]
    public void Where_the_first_client_does_not_deliver_the_next_one_is_asked_for_the_rest()
    {
        var bench = new FetchBench();
        bench.Offer(1, A, blocks: 4);
        bench.Offer(1, B, blocks: 4);

        List<FetchRequest> requests = bench.Run(request =>
            request.Offer.Client.Address.ToString() == "192.0.2.2" || request.Block < 2 ? FetchOutcome.Stored : FetchOutcome.Missing);

        Assert.Equal([0, 1, 2, 3, 2, 3], requests.Select(request => request.Block));
        Assert.Equal(4, bench.Counters[FetchCounter.Blocks]);
        Assert.Equal(0, bench.Machine.Pending);
    }

    // What came by a made-up description, or as ciphertext, is not the block that an honest client describes.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_first_client_brought_by_another_description_is_fetched_from_the_next_one(bool isSealed)
    {
        var bench = new FetchBench();
        TestContent content = TestContent.V1(1, 5 * 65536);
        FetchOffer honest = Verified(content.Segment, "192.0.2.2:8008");
        FetchOffer lie = Verified(content.Describe(0, 1, isTrue: false, length: 2 * 65536), "192.0.2.1:8008");
        var ciphertext = new SealedSegment(content.Id, PeerContentVersion.V1, 5 * 65536, Guid.Empty);
        Assert.True(bench.Offer(isSealed ? lie with { Segment = null, Sealed = ciphertext } : lie));
        Assert.True(bench.Offer(honest));

        List<FetchRequest> requests = bench.Run(_ => FetchOutcome.Stored);

        Assert.Equal(
            [0, 1, 2, 3, 4], requests.Where(request => request.Offer == honest).Select(request => request.Block).Order());

        static FetchOffer Verified(PeerContentSegment segment, string client) => new()
        {
            Client = IPEndPoint.Parse(client),
            Id = segment.Id,
            Segment = segment,
            Wanted = BlockSet.First(segment.DescribedBlocks),
        };
    }

    [Fact]
    public void Those_who_offer_the_same_wait_in_bounded_number()
    {
        var bench = new FetchBench();
        for (int i = 1; i <= 10; i++)
        {
            Assert.Equal(i <= 4, bench.Offer(1, $"192.0.2.{i}:8008"));
        }

        Assert.Equal(6, bench.Counters[FetchCounter.Duplicates]);
        Assert.Equal(4, bench.Run(_ => FetchOutcome.Failed).Count);
    }

    [Fact]
    public void Each_block_of_an_offer_is_asked_for_once_and_no_more_after_failures_in_a_row()
    {
        var bench = new FetchBench(new() { RequestsPerClient = 1 });
        bench.Offer(1, A, blocks: 100);

        List<FetchRequest> requests = bench.Run(request =>
            request.Block is 3 or 10 or 11 ? FetchOutcome.Failed : FetchOutcome.Stored);

        Assert.Equal(Enumerable.Range(0, 12), requests.Select(request => request.Block));
        Assert.Equal(1, bench.Counters[FetchCounter.Incomplete]);
    }

    [Fact]
    public void A_client_that_sends_something_else_is_not_asked_for_more_of_it()
    {
        var bench = new FetchBench(new() { RequestsPerClient = 1 });
        bench.Offer(1, A, blocks: 100);

        Assert.Equal(3, bench.Run(request => request.Block == 2 ? FetchOutcome.Corrupt : FetchOutcome.Stored).Count);
        Assert.Equal(1, bench.Counters[FetchCounter.BlocksCorrupt]);
    }

    [Fact]
    public void Ten_thousand_bogus_ids_cost_a_handful_of_requests()
    {
        var bench = new FetchBench();
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(bench.Offer(i, A));
        }

        List<FetchRequest> requests = bench.Run(_ => FetchOutcome.Missing);

        // What is under way, and what follows until three have brought nothing.
        Assert.InRange(requests.Count, 3, new FetchLimits().RequestsPerClient + FetchLimits.EmptyOffersInRow - 1);
        Assert.Equal(0, bench.Machine.Pending);
        Assert.False(bench.Offer(20_000, A));
        Assert.True(bench.Offer(20_001, B));

        bench.Advance(FetchLimits.RefusalTime);
        Assert.True(bench.Offer(20_000, A));
    }

    [Fact]
    public void A_client_that_delivers_something_may_lack_the_rest()
    {
        var bench = new FetchBench(new() { RequestsPerClient = 1 });
        for (int i = 0; i < 100; i++)
        {
            bench.Offer(i, A);
        }

        int next = 0;
        Assert.Equal(100, bench.Run(_ => next++ % 3 == 0 ? FetchOutcome.Stored : FetchOutcome.Missing).Count);
    }

    [Fact]
    public void A_full_cache_is_no_fault_of_the_client()
    {
        var bench = new FetchBench(new() { RequestsPerClient = 1 });
        for (int i = 0; i < 10; i++)
        {
            bench.Offer(i, A);
        }

        Assert.Equal(10, bench.Run(_ => FetchOutcome.NotStored).Count);
        Assert.True(bench.Offer(100, A));
    }

    [Fact]
    public void Offers_and_bytes_of_a_client_are_bounded_for_a_period()
    {
        var bench = new FetchBench(new() { OffersPerClient = 3, BytesPerClient = 10 * 65536 });
        Assert.True(bench.Offer(1, A, blocks: 9));
        Assert.False(bench.Offer(2, A, blocks: 2));
        Assert.True(bench.Offer(3, A));
        Assert.True(bench.Offer(4, A));
        Assert.False(bench.Offer(5, A));
        Assert.True(bench.Offer(6, B));
        Assert.Equal(2, bench.Counters[FetchCounter.QuotaReached]);

        bench.Advance(FetchLimits.QuotaPeriod);
        Assert.True(bench.Offer(7, A));
    }

    [Fact]
    public void What_waits_is_bounded_in_count_and_memory_for_a_client_and_over_all()
    {
        var bench = new FetchBench(new() { PendingPerClient = 3, Pending = 5 });
        Assert.Equal(3, Enumerable.Range(0, 10).Count(i => bench.Offer(i, A)));
        Assert.Equal(2, Enumerable.Range(10, 10).Count(i => bench.Offer(i, B)));
        Assert.True(bench.Counters[FetchCounter.QueueFull] > 0);

        int weight = FetchBench.Create(1).Weight;
        bench = new FetchBench(new() { Weight = 7 * weight });
        Assert.Equal(7, Enumerable.Range(0, 100).Count(i => bench.Offer(i, A)));
        bench.Run(_ => FetchOutcome.Stored);
        Assert.Equal(7, Enumerable.Range(100, 100).Count(i => bench.Offer(i, A)));
    }

    [Fact]
    public void Clients_are_remembered_in_bounded_number_and_forgotten()
    {
        var bench = new FetchBench(new() { Clients = 3 });
        for (int i = 1; i <= 3; i++)
        {
            Assert.True(bench.Offer(i, $"192.0.2.{i}:8008"));
        }

        Assert.False(bench.Offer(4, "192.0.2.4:8008"));
        bench.Run(_ => FetchOutcome.Stored);
        Assert.True(bench.Offer(4, "192.0.2.4:8008"));
        Assert.Equal(3, bench.Machine.Clients);

        bench.Run(_ => FetchOutcome.Stored);
        bench.Advance(FetchLimits.QuotaPeriod);
        Assert.Equal(0, bench.Machine.Clients);
    }

    [Fact]
    public void What_waits_too_long_is_given_up()
    {
        var bench = new FetchBench(new() { RequestsPerClient = 1 });
        bench.Offer(1, A);
        bench.Offer(2, A);
        FetchRequest slow = Assert.Single(bench.TakeAll());

        bench.Advance(FetchLimits.PendingTime);

        Assert.Equal(0, bench.Machine.Pending);
        Assert.Equal(2, bench.Counters[FetchCounter.Expired]);
        bench.End(slow, FetchOutcome.Failed);
        Assert.Empty(bench.TakeAll());
        Assert.Equal(0, bench.Machine.InFlight);
    }

    [Fact]
    public void A_machine_that_stops_asks_for_nothing_more_and_is_done_when_all_has_ended()
    {
        var bench = new FetchBench(new() { RequestsPerClient = 1 });
        bench.Offer(1, A);
        bench.Offer(2, A);
        FetchRequest running = Assert.Single(bench.TakeAll());

        bench.Machine.Stop(bench.Now);
        Assert.Empty(bench.Machine.TakeEffects());
        Assert.False(bench.Offer(3, B));

        bench.Machine.Ended(bench.Now, running, FetchOutcome.Stored, 1000);
        Assert.IsType<FetchEffect.Stopped>(Assert.Single(bench.Machine.TakeEffects()));
    }

    // Whatever happens in whatever order: nothing leaks, nothing exceeds its bound, and it comes to an end.
    [Fact]
    public void Chaos_leaves_nothing_behind()
    {
        var random = new SeededBytes();
        var limits = new FetchLimits { Requests = 6, RequestsPerClient = 3, Pending = 60, Clients = 4 };
        var bench = new FetchBench(limits);
        List<FetchRequest> underWay = [];
        for (int i = 0; i < 50_000; i++)
        {
            switch (random.Next(3))
            {
                case 0:
                    bench.Offer(random.Next(40), $"192.0.2.{1 + random.Next(6)}:8008", 1 + random.Next(5));
                    break;
                case 1 when underWay.Count > 0:
                    int which = random.Next(underWay.Count);
                    bench.End(underWay[which], (FetchOutcome)random.Next(5));
                    underWay.RemoveAt(which);
                    break;
                default:
                    bench.Advance(TimeSpan.FromSeconds(random.Next(20)));
                    break;
            }

            underWay.AddRange(bench.TakeAll());
            Assert.True(underWay.Count <= 6 && bench.Machine.InFlight == underWay.Count, $"Seed {random.Seed}, step {i}.");
            Assert.True(bench.Machine.Pending <= 60 && bench.Machine.Clients <= 4, $"Seed {random.Seed}, step {i}.");
        }

        underWay.ForEach(request => bench.End(request, FetchOutcome.Stored));
        bench.Run(_ => FetchOutcome.Stored);
        Assert.True(bench.Machine is { Pending: 0, InFlight: 0 }, $"Seed {random.Seed}: something is left.");
    }
}
