using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

namespace PeerNet.Engine.Tests.Distribution.Hosting.Protocol;

public sealed class OfferMachineTests
{
    private static readonly Uri First = new("http://192.0.2.1/");
    private static readonly Uri Second = new("http://192.0.2.2/");

    private readonly CounterSet<OfferClientCounter> _counters = new("Offer");
    private readonly Queue<OfferRequest> _sent = new();
    private readonly List<OfferRequest> _expired = [];
    private Moment _now = new(TimeSpan.FromHours(3), DateTimeOffset.UnixEpoch);

    [Fact]
    public void Segments_are_offered_in_batches_of_128_one_after_the_other()
    {
        OfferMachine machine = Create();
        Add(machine, V2(300));

        Assert.Equal(128, Take(machine)!.Segments.Count);
        Assert.Null(Take(machine));
        Advance(machine, 0.1);
        Assert.Equal(128, Take(machine)!.Segments.Count);
        Advance(machine, 0.1);
        OfferRequest last = Take(machine)!;

        Assert.Equal(44, last.Segments.Count);
        Assert.Equal(OfferMessageType.BatchedOffer, last.Type);
        Assert.Equal("http://192.0.2.1/0131501b-d67f-491b-9a40-c4bf27bcb4d4", last.Uri.ToString());
        Assert.Equal(3, machine.Outstanding);
        Assert.Equal(16 + (44 * 59), last.Encode(8008).Length);
    }

    [Fact]
    public void A_segment_of_version_1_is_described_when_it_is_asked_for()
    {
        OfferMachine machine = Create(version: 1);
        Add(machine, V1(2));

        OfferRequest offer = Take(machine)!;
        Assert.Equal(OfferMessageType.InitialOffer, offer.Type);
        Assert.Equal("http://192.0.2.1/C574AC30-5794-4AEE-B1BB-6651C5315029", offer.Uri.ToString());
        machine.Answered(_now, offer, OfferResponseCode.Interested);

        OfferRequest info = Take(machine)!;
        Assert.Equal(OfferMessageType.SegmentInfo, info.Type);
        Assert.Equal(offer.Segments, info.Segments);
        machine.Answered(_now, info, OfferResponseCode.Ok);

        Advance(machine, 0.1);
        OfferRequest known = Take(machine)!;
        Assert.NotEqual(offer.Segments, known.Segments);
        machine.Answered(_now, known, OfferResponseCode.Ok);
        Assert.Null(Take(machine));
        Assert.Equal((0, 0), (machine.Pending, machine.Outstanding));
        Assert.Equal(2, _counters[OfferClientCounter.Taken]);
        Assert.Equal(1, _counters[OfferClientCounter.Interested]);
    }

    // MS-PCHC 3.2.2: it dies when the counter exceeds start + 2: after 10 to 15 seconds, depending on when the timer began.
    [Theory]
    [InlineData(0, 15)]
    [InlineData(4.9, 10.1)]
    [InlineData(2.5, 12.5)]
    public void A_request_dies_with_the_third_tick(double wait, double lifetime)
    {
        OfferMachine machine = Create(new() { OfferInterval = TimeSpan.FromSeconds(wait), Attempts = 1 });
        Add(machine, V2(129));
        OfferRequest running = Take(machine)!;
        Advance(machine, wait);
        OfferRequest request = wait == 0 ? running : Take(machine)!;

        Advance(machine, lifetime - 0.01);
        Assert.DoesNotContain(request, TakeExpired(machine));
        Advance(machine, 0.01);
        Assert.Contains(request, TakeExpired(machine));
    }

    [Fact]
    public void An_answer_that_comes_too_late_is_ignored()
    {
        OfferMachine machine = Create(new() { Attempts = 1 }, version: 1);
        Add(machine, V1(1));
        OfferRequest request = Take(machine)!;
        Advance(machine, 15);

        machine.Answered(_now, request, OfferResponseCode.Interested);

        Assert.Equal([request], TakeExpired(machine));
        Assert.Equal((0, 0), (machine.Pending, machine.Outstanding));
        Assert.Equal(1, _counters[OfferClientCounter.Expired]);
        Assert.Equal(1, _counters[OfferClientCounter.Late]);
        Assert.Equal(0, _counters[OfferClientCounter.Interested]);
    }

    [Fact]
    public void The_timer_stops_with_the_last_request_and_begins_anew()
    {
        OfferMachine machine = Create();
        Add(machine, V2(1));
        machine.Answered(_now, Take(machine)!, OfferResponseCode.Ok);
        Advance(machine, 4);
        Add(machine, V2(1));
        Take(machine);

        Advance(machine, 14.9);
        Assert.Empty(TakeExpired(machine));
        Advance(machine, 0.1);
        Assert.Single(TakeExpired(machine));
    }

    [Fact]
    public void Where_a_hosted_cache_does_not_answer_the_next_one_is_offered_to_and_it_is_left_alone()
    {
        OfferMachine machine = Create(servers: [First, Second]);
        Add(machine, V2(1));
        OfferRequest first = Take(machine)!;
        machine.Failed(_now, first);
        Advance(machine, 1);

        OfferRequest second = Take(machine)!;
        Assert.Equal((First, Second), (first.Target.Address, second.Target.Address));
        machine.Answered(_now, second, OfferResponseCode.Ok);
        Assert.Equal(1, _counters[OfferClientCounter.Taken]);

        Advance(machine, 30);
        Add(machine, V2(1));
        Assert.Equal(First, Take(machine)!.Target.Address);
    }

    [Fact]
    public void A_segment_is_offered_twice_at_most_and_a_dead_cache_is_asked_less_and_less()
    {
        OfferMachine machine = Create(new() { QueueTime = TimeSpan.FromDays(1) });
        Add(machine, V2(1000));
        int requests = 0;
        for (int second = 0; second < 3600; second++)
        {
            Advance(machine, 1);
            while (Take(machine) is { } request)
            {
                requests++;
                machine.Failed(_now, request);
            }
        }

        Assert.InRange(requests, 5, 11);
    }

    [Fact]
    public void INTERESTED_is_no_answer_to_a_batch_or_to_a_description()
    {
        OfferMachine machine = Create();
        Add(machine, V2(1));
        machine.Answered(_now, Take(machine)!, OfferResponseCode.Interested);
        Assert.Equal(1, _counters[OfferClientCounter.Failed]);

        machine = Create(version: 1);
        Add(machine, V1(1));
        machine.Answered(_now, Take(machine)!, OfferResponseCode.Interested);
        machine.Answered(_now, Take(machine)!, OfferResponseCode.Interested);
        Assert.Equal(2, _counters[OfferClientCounter.Failed]);
    }

    // MS-PCHC 2.2.1.4 has no words for segments of version 2, and 2.2.1.5 none for SHA-384.
    [Fact]
    public void What_a_version_cannot_name_is_not_offered_in_it()
    {
        OfferMachine machine = Create(version: 1);
        Add(machine, V2(2));
        Assert.Null(Take(machine));

        machine = Create(version: 2);
        PeerContentSegment sha384 = TestContent.V1(1, 70_000, PeerContentHash.Sha384).Segment;
        Add(machine, TestContent.V1(1, 1, 1).Information, [sha384]);
        Assert.Null(Take(machine));
        Assert.Equal(3, _counters[OfferClientCounter.WrongVersion]);

        Add(machine, V1(1));
        byte[] bytes = Take(machine)!.Encode(8008);
        Assert.Equal((byte)OfferHash.Sha256, bytes[16 + 26]);
        Assert.Equal([0, 1, 0, 0], bytes[16..20]);
    }

    [Fact]
    public void What_waits_is_bounded_in_number_and_time()
    {
        OfferMachine machine = Create(new() { Queue = 10, OfferInterval = TimeSpan.FromHours(1) });
        Add(machine, V2(1));
        machine.Answered(_now, Take(machine)!, OfferResponseCode.Ok);
        Add(machine, V2(15));
        Assert.Equal(10, machine.Pending);
        Assert.Equal(5, _counters[OfferClientCounter.Dropped]);

        Advance(machine, 600);
        Assert.Equal(0, machine.Pending);
        Assert.Null(Take(machine));
        Assert.Equal(15, _counters[OfferClientCounter.Dropped]);
        Assert.Equal(TimeSpan.MaxValue, machine.NextDue);
    }

    [Fact]
    public void Requests_without_an_answer_are_bounded()
    {
        OfferMachine machine = Create(new() { OfferInterval = TimeSpan.Zero, Outstanding = 3 });
        Add(machine, V2(1000));
        Assert.NotNull(Take(machine));
        Assert.NotNull(Take(machine));
        OfferRequest third = Take(machine)!;
        Assert.Null(Take(machine));
        machine.Answered(_now, third, OfferResponseCode.Ok);
        Assert.NotNull(Take(machine));
    }

    // Segments of one byte.
    private static TestContent V2(int segments) => TestContent.V2(1, segments, 1);

    private static TestContent V1(int segments) => TestContent.V1(1, segments * 65536, 1);

    private OfferMachine Create(OfferLimits? limits = null, int version = 2, params Uri[] servers) =>
        new(version, limits ?? new(), servers.Length == 0 ? [First] : servers, _counters);

    private void Add(OfferMachine machine, TestContent content) => Add(machine, content.Information, content.Segments);

    private void Add(OfferMachine machine, PeerContentInformation information, IEnumerable<PeerContentSegment> segments) =>
        machine.Offer(
            _now, information, [.. segments.Select(segment => new DownloadedSegment(segment, segment.BlockCount))], Guid.Empty);

    // The next one of those that have been sent.
    private OfferRequest? Take(OfferMachine machine)
    {
        Perform(machine);
        return _sent.TryDequeue(out OfferRequest? request) ? request : null;
    }

    private List<OfferRequest> TakeExpired(OfferMachine machine)
    {
        Perform(machine);
        List<OfferRequest> expired = [.. _expired];
        _expired.Clear();
        return expired;
    }

    private void Advance(OfferMachine machine, double seconds)
    {
        TimeSpan end = _now.Elapsed + TimeSpan.FromSeconds(seconds);
        while (machine.NextDue <= end)
        {
            _now = _now with { Elapsed = machine.NextDue };
            machine.Advance(_now);
            Perform(machine);
        }

        _now = _now with { Elapsed = end };
    }

    private void Perform(OfferMachine machine)
    {
        foreach (OfferEffect effect in machine.TakeEffects())
        {
            switch (effect)
            {
                case OfferEffect.Send send:
                    _sent.Enqueue(send.Request);
                    break;
                case OfferEffect.GiveUp giveUp:
                    _expired.Add(giveUp.Request);
                    break;
            }
        }
    }
}
