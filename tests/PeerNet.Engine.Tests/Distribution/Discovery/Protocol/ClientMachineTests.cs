using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

public sealed class ClientMachineTests
{
    private static readonly SegmentId A = DiscoveryVectors.Id(1);
    private static readonly SegmentId B = DiscoveryVectors.Id(2);
    private static readonly IPEndPoint Peer = IPEndPoint.Parse("192.0.2.77:8008");

    private readonly MachineBench _bench = new();

    [Fact]
    public void A_search_sends_one_probe_to_every_link()
    {
        MulticastPlace other = MachineBench.Link(FakeInterfaces.Ethernet(3, "198.51.100.1/24"));
        _bench.SetLinks(MachineBench.Ethernet, other);

        _bench.Search(PeerContentVersion.V2, A, B);

        Assert.Equal([MachineBench.Ethernet, other], _bench.Probes.Select(sent => sent.Link));
        Assert.Single(_bench.Probes.Select(sent => sent.Probe.MessageId).Distinct());
        Assert.All(_bench.Probes, sent => Assert.Equal([A, B], sent.Probe.Segments));
        Assert.All(_bench.Probes, sent => Assert.Equal(PeerContentVersion.V2, sent.Probe.Version));
    }

    [Fact]
    public void A_probe_is_repeated_once_and_forgotten_when_the_request_timer_runs_out()
    {
        _bench.Search(PeerContentVersion.V1, A);
        _bench.Advance(49);
        Assert.Single(_bench.Probes);
        _bench.Advance(51);
        Assert.Equal(2, _bench.Probes.Count);
        Assert.Equal(_bench.Probes[0].Probe.MessageId, _bench.Probes[1].Probe.MessageId);

        _bench.Advance(199.9);
        Assert.Equal((0, 1), (_bench.Completed, _bench.Machine.OutstandingProbes));
        _bench.Advance(0.2);

        Assert.Equal((1, 0), (_bench.Completed, _bench.Machine.OutstandingProbes));
        Assert.Equal(TimeSpan.MaxValue, _bench.Machine.NextDue);
        Assert.Equal(2, _bench.Probes.Count);
    }

    [Fact]
    public void Ids_are_divided_among_probes_that_are_not_too_long()
    {
        SegmentId[] ids = [.. Enumerable.Range(0, 300).Select(number => DiscoveryVectors.Id(number))];

        _bench.Search(PeerContentVersion.V1, [.. ids, .. ids, DiscoveryVectors.Id(0, 64)]);

        Assert.Equal(
            ids.Append(DiscoveryVectors.Id(0, 64)),
            _bench.Probes.SelectMany(sent => sent.Probe.Segments));
        Assert.InRange(_bench.Probes.Count, 7, 9);
        _bench.Advance(300);
        Assert.Equal(1, _bench.Completed);
    }

    [Fact]
    public void A_search_for_nothing_ends_at_once()
    {
        _bench.Search(PeerContentVersion.V1);

        Assert.Equal(1, _bench.Completed);
        Assert.Empty(_bench.Probes);
    }

    [Fact]
    public void A_peer_is_reported_with_what_it_has_of_what_was_asked_for()
    {
        _bench.Search(PeerContentVersion.V1, A, B);

        _bench.Hear(_bench.Reply(Peer, DiscoveryVectors.Id(9), B));

        FoundPeer found = Assert.Single(_bench.Found);
        Assert.Equal(Peer, found.Endpoint);
        Assert.Equal([B], found.Segments);
    }

    [Fact]
    public void Bits_of_version_2_refer_to_the_ids_of_the_probe()
    {
        SegmentId c = DiscoveryVectors.Id(3);
        _bench.Search(PeerContentVersion.V2, A, B, c);

        _bench.Hear(_bench.ReplyWith(
            V2([SegmentAvailability.Partial, SegmentAvailability.None, SegmentAvailability.Complete])));

        Assert.Equal([A, c], Assert.Single(_bench.Found).Segments);
    }

    [Fact]
    public void An_answer_with_too_few_bits_is_malformed()
    {
        _bench.Search(PeerContentVersion.V2, [.. Enumerable.Range(1, 5).Select(number => DiscoveryVectors.Id(number))]);

        _bench.Hear(_bench.ReplyWith(V2([SegmentAvailability.Complete])));

        Assert.Empty(_bench.Found);
        Assert.Equal(1, _bench.Count(DiscoveryCounter.DroppedMalformed));
    }

    // A busy peer takes its time; that it has the segment is as true as before.
    [Fact]
    public void An_answer_that_comes_when_nobody_waits_any_more_is_heard()
    {
        _bench.Search(PeerContentVersion.V1, A);
        ProbeMatches late = _bench.Reply(Peer, A);
        _bench.Advance(301);
        Assert.Equal(1, _bench.Completed);

        _bench.Hear(late);

        Assert.Equal([A], Assert.Single(_bench.Found).Segments);
    }

    [Fact]
    public void An_answer_to_nobodys_probe_is_dropped()
    {
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(_bench.Reply(Peer, A) with { RelatesTo = MachineBench.NewId() });
        ProbeMatches late = _bench.Reply(Peer, A);
        _bench.Advance(301 + DiscoveryLimits.LateAnswers.TotalMilliseconds);
        _bench.Hear(late);

        Assert.Empty(_bench.Found);
        Assert.Equal(2, _bench.Count(DiscoveryCounter.DroppedNotAsked));
    }

    [Fact]
    public void An_answer_about_other_segments_or_of_the_other_version_is_dropped()
    {
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(_bench.Reply(Peer, B));
        _bench.Hear(_bench.Reply(Peer));
        _bench.Hear(_bench.ReplyWith(V2([SegmentAvailability.Complete])));
        _bench.Hear(_bench.ReplyWith(new()
        {
            Address = MachineBench.NewId(),
            Version = PeerContentVersion.V1,
            XAddrs = [Peer],
            Segments = [new(A, 0)],
        }));

        Assert.Empty(_bench.Found);
        Assert.Equal(3, _bench.Count(DiscoveryCounter.DroppedNotAsked));
        Assert.Equal(1, _bench.Count(DiscoveryCounter.DroppedMalformed));
    }

    [Theory]
    [InlineData("203.0.113.5:8008")]
    [InlineData("10.0.0.1:80")]
    [InlineData("127.0.0.1:8008")]
    [InlineData("[::1]:8008")]
    [InlineData("[::ffff:127.0.0.1]:8008")]
    [InlineData("[::ffff:10.0.0.1]:80")]
    [InlineData("0.0.0.0:8008")]
    [InlineData("255.255.255.255:8008")]
    [InlineData("192.0.2.255:8008")]
    [InlineData("192.0.2.0:8008")]
    [InlineData("239.255.255.250:3702")]
    [InlineData("192.0.2.1:22")]
    [InlineData("169.254.169.254:80")]
    [InlineData("[fd00::1]:80")]
    public void An_address_off_the_link_or_of_this_machine_is_not_reported(string address)
    {
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(_bench.Reply(IPEndPoint.Parse(address), A));

        Assert.Empty(_bench.Found);
        Assert.Equal(1, _bench.Count(DiscoveryCounter.DroppedOffLink));
    }

    [Fact]
    public void What_comes_from_off_the_link_is_not_read()
    {
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(_bench.Reply(Peer, A), IPEndPoint.Parse("203.0.113.5:3702"));
        _bench.Hear(_bench.Reply(Peer, A), IPEndPoint.Parse("127.0.0.1:3702"));

        Assert.Empty(_bench.Found);
        Assert.Equal(2, _bench.Count(DiscoveryCounter.DroppedOffLink));
    }

    [Fact]
    public void The_address_that_the_answer_came_from_is_preferred()
    {
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(_bench.ReplyWith(Match(A) with
        {
            XAddrs = [IPEndPoint.Parse("203.0.113.1:1"), IPEndPoint.Parse("192.0.2.9:2"), IPEndPoint.Parse("192.0.2.77:3")],
        }));

        Assert.Equal(IPEndPoint.Parse("192.0.2.77:3"), Assert.Single(_bench.Found).Endpoint);
    }

    [Fact]
    public void Another_process_of_this_machine_is_found()
    {
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(_bench.Reply(IPEndPoint.Parse("192.0.2.1:9000"), A), IPEndPoint.Parse("192.0.2.1:40000"));

        Assert.Equal(IPEndPoint.Parse("192.0.2.1:9000"), Assert.Single(_bench.Found).Endpoint);
    }

    [Fact]
    public void On_the_loopback_interface_only_loopback_addresses_count()
    {
        MulticastPlace loopback = MachineBench.Link(FakeInterfaces.Loopback);
        IPEndPoint process = IPEndPoint.Parse("127.0.0.1:40000");
        _bench.SetLinks(loopback);
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(_bench.Reply(IPEndPoint.Parse("192.0.2.9:80"), A), process, loopback);
        _bench.Hear(_bench.Reply(IPEndPoint.Parse("127.0.0.1:9000"), A), MachineBench.Stranger, loopback);
        Assert.Empty(_bench.Found);

        _bench.Hear(_bench.Reply(IPEndPoint.Parse("[::1]:9000"), A), process, loopback);
        Assert.Equal(IPEndPoint.Parse("[::1]:9000"), Assert.Single(_bench.Found).Endpoint);
    }

    [Fact]
    public void A_link_local_address_gets_the_zone_of_this_machine()
    {
        MulticastPlace link = MachineBench.Link(FakeInterfaces.Ethernet(2, "fe80::1/64"));
        _bench.SetLinks(link);
        _bench.Search(PeerContentVersion.V1, A);

        _bench.Hear(
            _bench.ReplyWith(Match(A) with { XAddrs = [IPEndPoint.Parse("[fe80::9]:80")] }),
            IPEndPoint.Parse("[fe80::9%2]:3702"),
            link);

        IPEndPoint endpoint = Assert.Single(_bench.Found).Endpoint;
        Assert.Equal((2, 80), (endpoint.Address.ScopeId, endpoint.Port));
    }

    [Fact]
    public void A_peer_that_answers_twice_is_reported_once()
    {
        _bench.Search(PeerContentVersion.V1, A);
        ProbeMatches answer = _bench.Reply(Peer, A);

        _bench.Hear(answer);
        _bench.Hear(answer);
        _bench.Hear(_bench.ReplyWith(Match(A) with
        {
            Address = answer.Matches[0].Address,
            XAddrs = [IPEndPoint.Parse("192.0.2.78:8008")],
        }));
        _bench.Hear(_bench.Reply(Peer, A));

        Assert.Single(_bench.Found);
        Assert.Equal(3, _bench.Count(DiscoveryCounter.DroppedDuplicate));
    }

    [Fact]
    public void One_address_cannot_fill_the_list_of_peers()
    {
        _bench.Search(PeerContentVersion.V1, A);
        for (int i = 0; i < 200; i++)
        {
            _bench.Hear(_bench.Reply(new(IPAddress.Parse("192.0.2.77"), 1000 + i), A));
        }

        Assert.Equal(DiscoveryLimits.RepliesPerSource, _bench.Found.Count);
        _bench.Hear(_bench.Reply(IPEndPoint.Parse("192.0.2.78:80"), A), IPEndPoint.Parse("192.0.2.78:3702"));
        Assert.Equal(DiscoveryLimits.RepliesPerSource + 1, _bench.Found.Count);
    }

    [Fact]
    public void A_probe_leads_to_a_limited_number_of_peers()
    {
        var bench = new MachineBench(new() { Replies = 50 });
        bench.Search(PeerContentVersion.V1, A);
        for (int i = 2; i < 202; i++)
        {
            var address = new IPAddress([192, 0, 2, (byte)i]);
            bench.Hear(bench.Reply(new(address, 80), A), new(address, 3702));
        }

        Assert.Equal(50, bench.Found.Count);
        Assert.Equal(150, bench.Count(DiscoveryCounter.DroppedLimit));
    }

    [Fact]
    public void A_cancelled_search_hears_nothing_more()
    {
        int search = _bench.Search(PeerContentVersion.V1, A);
        ProbeMatches answer = _bench.Reply(Peer, A);

        _bench.Cancel(search);
        _bench.Hear(answer);
        _bench.Advance(1000);

        Assert.Empty(_bench.Found);
        Assert.Equal(0, _bench.Completed);
        Assert.Single(_bench.Probes);
        Assert.Equal(0, _bench.Machine.OutstandingProbes);
    }

    [Fact]
    public void A_search_beyond_those_that_run_has_its_turn_when_one_ends_or_is_cancelled()
    {
        int[] running = [.. Enumerable.Range(0, DiscoveryLimits.Searches).Select(_ => _bench.Search(PeerContentVersion.V1, A))];
        _bench.Probes.Clear();

        _bench.Search(PeerContentVersion.V1, B);
        _bench.Search(PeerContentVersion.V2, B);
        Assert.Empty(_bench.Probes);
        _bench.Cancel(running[0]);
        Assert.Equal(PeerContentVersion.V1, Assert.Single(_bench.Probes).Probe.Version);

        _bench.Advance(300);
        Assert.Equal(DiscoveryLimits.Searches, _bench.Completed);
        Assert.Equal(1, _bench.Machine.OutstandingProbes);
        _bench.Advance(300);
        Assert.Equal(DiscoveryLimits.Searches + 1, _bench.Completed);
        Assert.Equal(TimeSpan.MaxValue, _bench.Machine.NextDue);
    }

    [Fact]
    public void A_search_that_waits_for_its_turn_can_be_cancelled()
    {
        for (int i = 0; i < DiscoveryLimits.Searches; i++)
        {
            _bench.Search(PeerContentVersion.V1, A);
        }

        _bench.Cancel(_bench.Search(PeerContentVersion.V1, B));
        _bench.Advance(1000);

        Assert.DoesNotContain(_bench.Probes, sent => sent.Probe.Segments.Contains(B));
        Assert.Equal(DiscoveryLimits.Searches, _bench.Completed);
    }

    private static ProbeMatch Match(SegmentId id) => new()
    {
        Address = MachineBench.NewId(),
        Version = PeerContentVersion.V1,
        XAddrs = [Peer],
        Segments = [new(id, 1)],
    };

    private static ProbeMatch V2(SegmentAvailability[] availability) => new()
    {
        Address = MachineBench.NewId(),
        Version = PeerContentVersion.V2,
        XAddrs = [Peer],
        Availability = availability,
    };
}
