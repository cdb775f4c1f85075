using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Tests.Transport;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery;

public sealed class DiscoveryRunnerTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly SegmentId A = DiscoveryVectors.Id(1);
    private static readonly SegmentId B = DiscoveryVectors.Id(2);
    private static readonly IPAddress Group = IPAddress.Parse("239.255.255.250");

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeMulticast _link = new();
    private readonly List<DiscoveryRunner> _services = [];

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (DiscoveryRunner service in _services)
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task Those_who_hold_a_segment_are_found_until_the_request_timer_runs_out()
    {
        await ServeAsync("192.0.2.2/24", A);
        await ServeAsync("192.0.2.3/24", B);
        await ServeAsync("192.0.2.4/24", A, B);
        DiscoveryRunner client = Create("192.0.2.1/24");

        Task<List<FoundPeer>> search = Search(client, A, B);
        _clock.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(search.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Dictionary<string, SegmentId[]> found = (await search).ToDictionary(
            peer => peer.Endpoint.ToString(), peer => peer.Segments.ToArray());
        Assert.Equal(3, found.Count);
        Assert.Equal([A], found["192.0.2.2:8008"]);
        Assert.Equal([B], found["192.0.2.3:8008"]);
        Assert.Equal([A, B], found["192.0.2.4:8008"]);
        Assert.Equal(1, client.Counters[DiscoveryCounter.Probes]);
        Assert.Equal(3, client.Counters[DiscoveryCounter.PeersFound]);
    }

    [Fact]
    public async Task Peers_are_delivered_as_they_answer()
    {
        await ServeAsync("192.0.2.2/24", A);
        DiscoveryRunner client = Create("192.0.2.1/24");

        await using IAsyncEnumerator<FoundPeer> found =
            client.FindAsync([A], PeerContentVersion.V1, CancellationToken.None).GetAsyncEnumerator();
        ValueTask<bool> first = found.MoveNextAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(65));

        Assert.True(await first);
        ValueTask<bool> second = found.MoveNextAsync();
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.False(await second);
    }

    [Fact]
    public async Task Nobody_there_is_an_empty_answer()
    {
        DiscoveryRunner client = Create("192.0.2.1/24");

        Task<List<FoundPeer>> search = Search(client, A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Empty(await search);
    }

    [Fact]
    public async Task A_node_that_serves_no_more_is_not_found_but_finds()
    {
        await ServeAsync("192.0.2.2/24", A);
        DiscoveryRunner quiet = await ServeAsync("192.0.2.3/24", A);
        await quiet.ServeAsync(0);

        Task<List<FoundPeer>> byOther = Search(Create("192.0.2.1/24"), A);
        Task<List<FoundPeer>> byQuiet = Search(quiet, A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Equal(["192.0.2.2:8008"], (await byOther).Select(peer => peer.Endpoint.ToString()));
        Assert.Equal(["192.0.2.2:8008"], (await byQuiet).Select(peer => peer.Endpoint.ToString()));
        Assert.Equal(0, quiet.Counters[DiscoveryCounter.Answers]);
    }

    [Fact]
    public async Task A_host_with_both_families_is_found_once()
    {
        await ServeAsync(["192.0.2.2/24", "fe80::2/64"], [A]);
        DiscoveryRunner client = Create("192.0.2.1/24", "fe80::1/64");

        Task<List<FoundPeer>> search = Search(client, A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Equal("192.0.2.2:8008", Assert.Single(await search).Endpoint.ToString());
    }

    [Fact]
    public async Task A_host_without_IPv4_is_found()
    {
        await ServeAsync("fe80::2/64", A);
        DiscoveryRunner client = Create("192.0.2.1/24", "fe80::1/64");

        Task<List<FoundPeer>> search = Search(client, A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Equal("[fe80::2%2]:8008", Assert.Single(await search).Endpoint.ToString());
    }

    [Fact]
    public async Task An_interface_that_comes_up_is_used()
    {
        var interfaces = new FakeInterfaces();
        var segments = new FakeSegments();
        segments.Hold(A);
        DiscoveryRunner server = Create(interfaces, segments);
        await server.ServeAsync(8008);
        DiscoveryRunner client = Create("192.0.2.1/24");
        Task<List<FoundPeer>> before = Search(client, A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Empty(await before);
        Assert.False(server.IsAvailable);

        interfaces.Set(FakeInterfaces.Ethernet(2, "192.0.2.2/24"));
        Task<List<FoundPeer>> after = Search(client, A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Single(await after);

        interfaces.Set();
        Assert.False(server.IsAvailable);
    }

    [Fact]
    public async Task More_ids_than_one_search_takes_are_searched_for_in_turns()
    {
        SegmentId[] ids = [.. Enumerable.Range(0, 1000).Select(number => DiscoveryVectors.Id(number))];
        LocalInterface adapter = FakeInterfaces.Ethernet(2, "192.0.2.9/24");
        var listener = new CollectingMulticastSink();
        await using IMulticastLink link = _link.TryJoin(new(Group, 3702), adapter, adapter.Addresses[0], listener)!;
        DiscoveryRunner client = Create(new DiscoveryLimits { ProbeRepeats = 0 }, "192.0.2.1/24");

        Task<List<FoundPeer>> search = Search(client, ids);
        List<SegmentId> asked = await HearAsync(DiscoveryLimits.ProbesPerSearch);
        Assert.Equal(DiscoveryLimits.ProbesPerSearch, client.Counters[DiscoveryCounter.Probes]);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        asked.AddRange(await HearAsync(DiscoverySearch.Divide(ids, PeerContentVersion.V1).Count() - DiscoveryLimits.ProbesPerSearch));
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Empty(await search);
        Assert.Equal(ids, asked);

        async Task<List<SegmentId>> HearAsync(int probes)
        {
            var heard = new List<SegmentId>();
            for (int i = 0; i < probes; i++)
            {
                string text = (await listener.FirstAsync(TimeSpan.FromSeconds(30)))!;
                Assert.True(WsdEnvelope.TryRead(DiscoveryVectors.Bytes(text), out WsdEnvelope? envelope));
                Assert.True(Probe.TryRead(envelope, out Probe? probe));
                heard.AddRange(probe.Segments);
            }

            return heard;
        }
    }

    [Fact]
    public async Task A_cancelled_search_ends_at_once_and_leaves_nothing()
    {
        await ServeAsync("192.0.2.2/24", A);
        DiscoveryRunner client = Create("192.0.2.1/24");
        using var cancellation = new CancellationTokenSource();

        Task<List<FoundPeer>> search = Search(client, cancellation.Token, A);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, client.Counters[DiscoveryCounter.DroppedNotAsked]);
    }

    [Fact]
    public async Task A_stopped_service_ends_its_searches_and_begins_none()
    {
        DiscoveryRunner client = Create("192.0.2.1/24");
        Task<List<FoundPeer>> search = Search(client, A);

        await client.DisposeAsync();

        Assert.Empty(await search);
        await Assert.ThrowsAsync<PeerException>(() => Search(client, A));
        Assert.False(client.IsAvailable);
    }

    [Fact]
    public async Task A_machine_without_multicast_finds_nobody_and_does_not_fail()
    {
        _link.IsForbidden = true;
        DiscoveryRunner client = Create("192.0.2.1/24");
        await client.ServeAsync(8008);

        Task<List<FoundPeer>> search = Search(client, A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Empty(await search);
    }

    [Fact]
    public async Task Nonsense_on_the_group_disturbs_nobody()
    {
        DiscoveryRunner server = await ServeAsync("192.0.2.2/24", A);
        IPEndPoint stranger = IPEndPoint.Parse("192.0.2.9:40000");
        _link.Inject(stranger, Group, "nonsense");
        _link.Inject(stranger, Group, "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>");
        _link.Inject(IPEndPoint.Parse("203.0.113.1:40000"), Group, DiscoveryVectors.ProbeV1);
        _link.Inject(stranger, Group, DiscoveryVectors.ProbeV1);

        Task<List<FoundPeer>> search = Search(Create("192.0.2.1/24"), A);
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Single(await search);
        Assert.Equal(2, server.Counters[DiscoveryCounter.DroppedMalformed]);
        Assert.Equal(1, server.Counters[DiscoveryCounter.DroppedOffLink]);
        Assert.Equal(1, server.Counters[DiscoveryCounter.DroppedNotHeld]);
    }

    [Fact]
    public async Task Sockets_are_opened_only_when_there_is_something_to_do()
    {
        DiscoveryRunner service = Create("192.0.2.1/24");
        Assert.False(service.IsAvailable);

        await service.ServeAsync(0);
        Assert.False(service.IsAvailable);

        Task<List<FoundPeer>> search = Search(service, A);
        Assert.True(service.IsAvailable);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        await search;
    }

    [MulticastFact]
    public async Task Two_processes_of_one_machine_find_each_other_over_its_loopback_interface()
    {
        using var interfaces = new SystemNetworkInterfaces();
        int port = FreePort();
        var segments = new FakeSegments();
        segments.Hold(A, held: 1, of: 1, version: PeerContentVersion.V2);
        await using var server = Real(port, interfaces, segments);
        await using var client = Real(port, interfaces, new());
        await server.ServeAsync(8008);
        await client.ServeAsync(8008);

        foreach (PeerContentVersion version in Enum.GetValues<PeerContentVersion>())
        {
            FoundPeer? peer = null;
            await foreach (FoundPeer found in client.FindAsync([A], version, CancellationToken.None))
            {
                peer = found;
                break;
            }

            Assert.Equal(IPEndPoint.Parse("127.0.0.1:8008"), peer?.Endpoint);
            Assert.Equal([A], peer!.Segments);
        }
    }

    private static DiscoveryRunner Real(int port, INetworkInterfaces interfaces, FakeSegments segments) =>
        new(
            new() { RequestTimer = TimeSpan.FromSeconds(10) },
            new() { Addresses = [IPAddress.Loopback] },
            port,
            new UdpMulticastNetwork(),
            interfaces,
            segments,
            TimeProvider.System,
            SystemRandomSource.Instance,
            NullLogger.Instance);

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }

    [Fact]
    public async Task Who_answers_when_the_search_has_ended_is_heard_all_the_same()
    {
        DiscoveryRunner holder = await ServeAsync("192.0.2.2/24", A);
        DiscoveryRunner client = Create(
            new DiscoveryLimits { RequestTimer = TimeSpan.FromMilliseconds(1) }, "192.0.2.1/24");
        List<FoundPeer> late = [];
        client.FoundLate += late.Add;

        Task<List<FoundPeer>> search = Search(client, A);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await search);
        _clock.Advance(TimeSpan.FromMilliseconds(65));

        FoundPeer peer = Assert.Single(late);
        Assert.Equal(("192.0.2.2:8008", A), (peer.Endpoint.ToString(), peer.Segments[0]));
        Assert.Equal(1, holder.Counters[DiscoveryCounter.Answers]);
    }

    private Task<DiscoveryRunner> ServeAsync(string address, params SegmentId[] ids) => ServeAsync([address], ids);

    private async Task<DiscoveryRunner> ServeAsync(string[] addresses, SegmentId[] ids)
    {
        var segments = new FakeSegments();
        foreach (SegmentId id in ids)
        {
            segments.Hold(id);
        }

        DiscoveryRunner service = Create(new FakeInterfaces(FakeInterfaces.Ethernet(2, addresses)), segments);
        await service.ServeAsync(8008);
        return service;
    }

    private DiscoveryRunner Create(params string[] addresses) => Create(new DiscoveryLimits(), addresses);

    private DiscoveryRunner Create(DiscoveryLimits limits, params string[] addresses) =>
        Create(new FakeInterfaces(FakeInterfaces.Ethernet(2, addresses)), new(), limits);

    private DiscoveryRunner Create(
        INetworkInterfaces interfaces, FakeSegments segments, DiscoveryLimits? limits = null)
    {
        var service = new DiscoveryRunner(
            limits ?? new(),
            AddressChoice.All,
            DiscoveryRunner.DefaultPort,
            _link,
            interfaces,
            segments,
            _clock,
            new SeededRandom(_services.Count),
            NullLogger.Instance);
        _services.Add(service);
        return service;
    }

    private static Task<List<FoundPeer>> Search(DiscoveryRunner service, params SegmentId[] ids) =>
        Search(service, CancellationToken.None, ids);

    private static async Task<List<FoundPeer>> Search(
        DiscoveryRunner service, CancellationToken cancellationToken, params SegmentId[] ids)
    {
        var found = new List<FoundPeer>();
        await foreach (FoundPeer peer in service.FindAsync(ids, PeerContentVersion.V1, cancellationToken))
        {
            found.Add(peer);
        }

        return found;
    }
}
