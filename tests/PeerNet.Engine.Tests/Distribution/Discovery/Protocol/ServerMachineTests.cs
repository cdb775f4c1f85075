using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

public sealed class ServerMachineTests
{
    private static readonly SegmentId A = DiscoveryVectors.Id(1);
    private static readonly SegmentId B = DiscoveryVectors.Id(2);
    private static readonly SegmentId C = DiscoveryVectors.Id(3);

    private readonly MachineBench _bench = new();

    [Fact]
    public void A_probe_is_answered_with_what_is_held_to_the_port_it_came_from()
    {
        _bench.Segments.Hold(A, held: 42);
        _bench.Segments.Hold(C, held: 512);

        Probe probe = _bench.Ask(A, B, C);
        _bench.Advance(65);

        (MulticastPlace link, IPEndPoint destination, ProbeMatches answer) = Assert.Single(_bench.Answers);
        Assert.Equal((MachineBench.Ethernet, MachineBench.Stranger), (link, destination));
        Assert.Equal(probe.MessageId, answer.RelatesTo);
        Assert.Equal(new((uint)MachineBench.Start.ToUnixTimeSeconds(), 1), answer.Sequence);
        ProbeMatch match = Assert.Single(answer.Matches);
        Assert.Equal(PeerContentVersion.V1, match.Version);
        Assert.Equal([IPEndPoint.Parse("192.0.2.1:8008")], match.XAddrs);
        Assert.Equal([new(A, 42), new(C, 512)], match.Segments);
    }

    [Fact]
    public void A_probe_of_version_2_is_answered_with_bits_and_ages()
    {
        _bench.Segments.Hold(A, held: 1, of: 1, version: PeerContentVersion.V2, age: TimeSpan.FromSeconds(7));
        _bench.Segments.Hold(C, held: 3, of: 4, age: TimeSpan.FromMinutes(1));

        _bench.Ask(new Probe { MessageId = "urn:p", Version = PeerContentVersion.V2, Segments = [A, B, A, C] });
        _bench.Advance(65);

        ProbeMatch match = Assert.Single(Assert.Single(_bench.Answers).Answer.Matches);
        Assert.Equal(PeerContentVersion.V2, match.Version);
        Assert.Equal(
            [
                SegmentAvailability.Complete, SegmentAvailability.None,
                SegmentAvailability.Complete, SegmentAvailability.Partial,
            ],
            match.Availability);
        Assert.Equal(
            [new(0, TimeSpan.FromSeconds(7)), new(2, TimeSpan.FromSeconds(7)), new(3, TimeSpan.FromMinutes(1))],
            match.Ages!.Ages);
    }

    [Fact]
    public void Segments_of_version_2_are_offered_in_the_form_of_version_1_as_well()
    {
        _bench.Segments.Hold(A, held: 1, of: 1, version: PeerContentVersion.V2);

        _bench.Ask(A);
        _bench.Advance(65);

        Assert.Equal([new(A, 1)], Assert.Single(Assert.Single(_bench.Answers).Answer.Matches).Segments);
    }

    [Theory]
    [InlineData(PeerContentVersion.V1, 1)]
    [InlineData(PeerContentVersion.V1, 47)]
    [InlineData(PeerContentVersion.V2, 1)]
    [InlineData(PeerContentVersion.V2, 90)]
    public void An_answer_is_hardly_longer_than_its_probe_so_that_forged_ones_are_no_lever(
        PeerContentVersion version, int segments)
    {
        SegmentId[] ids = [.. Enumerable.Range(0, segments).Select(number => DiscoveryVectors.Id(1000 + number))];
        Array.ForEach(ids, id => _bench.Segments.Hold(id));
        var probe = new Probe { MessageId = MachineBench.NewId(), Version = version, Segments = ids };
        _bench.Ask(probe);
        _bench.Advance(65);

        double factor = (double)Assert.Single(_bench.Answers).Answer.Write().Length / probe.Write().Length;
        Assert.InRange(factor, 0, 1.6);
    }

    [Fact]
    public void Numbers_rise_and_the_address_stays()
    {
        _bench.Segments.Hold(A);
        for (int i = 0; i < 3; i++)
        {
            _bench.Ask(A);
            _bench.Advance(65);
        }

        Assert.Equal([1u, 2u, 3u], _bench.Answers.Select(sent => sent.Answer.Sequence.MessageNumber));
        string address = Assert.Single(_bench.Answers.Select(sent => sent.Answer.Matches[0].Address).Distinct());
        Assert.True(Guid.TryParse(address["urn:uuid:".Length..], out _));
        Assert.Equal(3, _bench.Answers.Select(sent => sent.Answer.MessageId).Distinct().Count());
    }

    [Fact]
    public void Answers_come_after_a_random_back_off_of_1_to_65_milliseconds()
    {
        var delays = new List<double>();
        for (int seed = 0; seed < 400; seed++)
        {
            var bench = new MachineBench(seed: seed);
            bench.Segments.Hold(A);
            bench.Ask(A);
            delays.Add((bench.Machine.NextDue - bench.Now.Elapsed).TotalMilliseconds);
        }

        Assert.All(delays, delay => Assert.InRange(delay, 1, 65));
        Assert.InRange(delays.Min(), 1, 5);
        Assert.InRange(delays.Max(), 60, 65);
        Assert.InRange(delays.Average(), 28, 38);
    }

    [Fact]
    public void Nothing_held_means_silence()
    {
        _bench.Segments.Hold(B, held: 0);

        _bench.Ask(A);
        _bench.Ask(B);
        _bench.Advance(1000);

        Assert.Empty(_bench.Answers);
        Assert.Equal(2, _bench.Count(DiscoveryCounter.DroppedNotHeld));
    }

    [Fact]
    public void What_is_gone_when_the_back_off_ends_is_not_offered()
    {
        _bench.Segments.Hold(A);
        _bench.Ask(A);
        _bench.Segments.Forget(A);
        _bench.Advance(1000);

        Assert.Empty(_bench.Answers);
    }

    [Fact]
    public void A_node_that_does_not_serve_is_silent()
    {
        _bench.Segments.Hold(A);
        _bench.Serve(0);
        _bench.Ask(A);
        _bench.Serve(8008);
        _bench.Serve(0);
        _bench.Ask(A);
        _bench.Serve(8008);
        _bench.Ask(A);
        _bench.Serve(0);
        _bench.Advance(1000);

        Assert.Empty(_bench.Answers);
        Assert.Equal(2, _bench.Count(DiscoveryCounter.DroppedNotServing));
    }

    [Fact]
    public void A_link_that_has_gone_is_not_answered_on()
    {
        _bench.Segments.Hold(A);
        _bench.Ask(A);
        _bench.SetLinks();
        _bench.Advance(1000);

        Assert.Empty(_bench.Answers);
    }

    [Fact]
    public void A_probe_that_is_heard_twice_before_it_is_answered_is_answered_once()
    {
        MulticastPlace other = MachineBench.Link(FakeInterfaces.Ethernet(3, "198.51.100.1/24"));
        _bench.SetLinks(MachineBench.Ethernet, other);
        _bench.Segments.Hold(A);
        Probe probe = _bench.Ask(A);
        _bench.Ask(probe);
        _bench.Ask(probe, IPEndPoint.Parse("198.51.100.9:50000"), other);
        _bench.Advance(65);

        Assert.Single(_bench.Answers);
        Assert.Equal(2, _bench.Count(DiscoveryCounter.DroppedDuplicate));
    }

    [Fact]
    public void A_probe_whose_answer_was_lost_is_answered_again_when_it_is_repeated()
    {
        _bench.Segments.Hold(A);
        Probe probe = _bench.Ask(A);
        _bench.Advance(65);
        _bench.Answers.Clear();

        _bench.Ask(probe);
        _bench.Advance(65);

        Assert.Equal(probe.MessageId, Assert.Single(_bench.Answers).Answer.RelatesTo);
    }

    [Fact]
    public void A_probe_for_which_there_was_no_turn_is_answered_when_it_is_repeated()
    {
        var bench = new MachineBench(new() { AnswersPerSecond = 1, AnswerBurst = 1 });
        bench.Segments.Hold(A);
        bench.Ask(A);
        Probe probe = bench.Ask(A);
        bench.Advance(1000);

        bench.Ask(probe);
        bench.Advance(65);

        Assert.Equal(1, bench.Count(DiscoveryCounter.DroppedLimit));
        Assert.Equal(probe.MessageId, bench.Answers[^1].Answer.RelatesTo);
    }

    // Clients of version 2.0 exist that ask for each segment by itself: 100 MB in ten seconds, each probe sent twice.
    [Fact]
    public void A_client_that_asks_for_1500_segments_one_by_one_in_ten_seconds_is_answered_for_each()
    {
        const int segments = 1500;
        const int repeated = 10;
        Probe[] probes = [.. Enumerable.Range(0, segments).Select(CreateProbe)];
        for (int i = 0; i < segments + repeated; i++)
        {
            foreach (Probe probe in probes.Skip(i).Take(1).Concat(probes.Skip(i - repeated).Take(i < repeated ? 0 : 1)))
            {
                _bench.Ask(probe);
            }

            _bench.Advance(10_000.0 / segments);
        }

        _bench.Advance(65);
        Assert.Equal(0, _bench.Count(DiscoveryCounter.DroppedLimit));
        Assert.Equal(
            probes.Select(probe => probe.MessageId).Order(),
            _bench.Answers.Select(sent => sent.Answer.RelatesTo).Distinct().Order());

        Probe CreateProbe(int number)
        {
            SegmentId id = DiscoveryVectors.Id(1000 + number);
            _bench.Segments.Hold(id, held: 1, of: 1, version: PeerContentVersion.V2);
            return new() { MessageId = MachineBench.NewId(), Version = PeerContentVersion.V2, Segments = [id] };
        }
    }

    [Fact]
    public void Our_own_probe_is_not_answered_when_it_comes_in_by_another_interface()
    {
        _bench.Segments.Hold(A);
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Ask(_bench.Probes[0].Probe);
        _bench.Advance(65);

        Assert.Empty(_bench.Answers);
        Assert.Equal(1, _bench.Count(DiscoveryCounter.DroppedOwn));
    }

    [Theory]
    [InlineData(53)]
    [InlineData(123)]
    [InlineData(1023)]
    public void A_probe_from_the_port_of_a_service_is_not_answered(int port)
    {
        _bench.Segments.Hold(A);

        _bench.Ask(
            new Probe { MessageId = "urn:p", Version = PeerContentVersion.V1, Segments = [A] },
            new(MachineBench.Stranger.Address, port));
        _bench.Advance(65);

        Assert.Empty(_bench.Answers);
        Assert.Equal(1, _bench.Count(DiscoveryCounter.DroppedSourcePort));
    }

    [Fact]
    public void Other_applications_and_nonsense_are_told_apart()
    {
        string foreign = DiscoveryVectors.ProbeV1.Replace("PeerDist:PeerDistData", "wsd:Printer", StringComparison.Ordinal);
        string malformed = DiscoveryVectors.ProbeV1.Replace(DiscoveryVectors.LongId, "", StringComparison.Ordinal);
        foreach (string text in (string[])[foreign, malformed, "nonsense"])
        {
            _bench.Receive(DiscoveryVectors.Bytes(text));
        }

        Assert.Equal(1, _bench.Count(DiscoveryCounter.DroppedForeign));
        Assert.Equal(2, _bench.Count(DiscoveryCounter.DroppedMalformed));
    }

    [Fact]
    public void A_probe_with_more_ids_than_an_answer_can_hold_is_answered_in_part()
    {
        SegmentId[] ids = [.. Enumerable.Range(0, 110).Select(number => DiscoveryVectors.Id(number))];
        foreach (SegmentId id in ids)
        {
            _bench.Segments.Hold(id);
        }

        _bench.Ask(ids);
        _bench.Advance(65);

        IReadOnlyList<SegmentBlockCount> offered = Assert.Single(Assert.Single(_bench.Answers).Answer.Matches).Segments;
        Assert.Equal(ids.Take(ProbeMatch.CapacityFor(32)), offered.Select(segment => segment.Id));
        Assert.InRange(offered.Count, Probe.CapacityFor(PeerContentVersion.V1, 32), ids.Length - 1);
    }
}
