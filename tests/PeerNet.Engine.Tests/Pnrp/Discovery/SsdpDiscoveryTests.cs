using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Discovery;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Pnrp.Discovery;

public sealed class SsdpDiscoveryTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly IPAddress Group = IPAddress.Parse("239.255.255.250");
    private static readonly IPEndPoint Stranger = new(IPAddress.Parse("192.0.2.200"), 40_000);

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeMulticast _link = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<Host> _hosts = [];

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (Host host in _hosts)
        {
            await host.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_search_finds_those_who_publish()
    {
        Host silent = await JoinAsync(1);
        Host publisher = await JoinAsync(2);
        Host searcher = await JoinAsync(3);
        await publisher.DoAsync(ssdp => ssdp.Publish(3540));
        searcher.Found.Clear();

        await searcher.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Equal([PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.2:3540"))], searcher.Found);
        Assert.Empty(silent.Found);
    }

    [Fact]
    public async Task A_node_that_begins_to_publish_is_heard_by_those_who_have_searched()
    {
        Host searcher = await JoinAsync(1);
        Host late = await JoinAsync(2);
        await searcher.DoAsync(ssdp => ssdp.Search());

        await late.DoAsync(ssdp => ssdp.Publish(4000));
        await SettleAsync();

        Assert.Equal([PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.2:4000"))], searcher.Found);
    }

    [Fact]
    public async Task A_node_that_has_withdrawn_answers_no_more()
    {
        Host publisher = await JoinAsync(1);
        Host searcher = await JoinAsync(2);
        await publisher.DoAsync(ssdp => ssdp.Publish(3540));
        await publisher.DoAsync(ssdp => ssdp.Withdraw());

        await searcher.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Empty(searcher.Found);
        Assert.Contains(_link.Said, text => text.Contains("ssdp:byebye", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_leads_to_five_nodes_at_most()
    {
        Host searcher = await JoinAsync(1);
        for (int i = 2; i < 12; i++)
        {
            Host publisher = await JoinAsync(i);
            await publisher.DoAsync(ssdp => ssdp.Publish(3540));
        }

        searcher.Found.Clear();
        await searcher.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Equal(SsdpDiscovery.MaximumTargets, searcher.Found.Count);
    }

    [Fact]
    public async Task Nobody_is_followed_before_a_search()
    {
        Host host = await JoinAsync(1);

        _link.Inject(Stranger, Group, Alive(host.Target, "[::ffff:192.0.2.9]:3540"));
        await SettleAsync();

        Assert.Empty(host.Found);
    }

    [Theory]
    [InlineData("[::ffff:127.0.0.1]:3540")]
    [InlineData("[fe80::1]:3540")]
    [InlineData("[::ffff:192.0.2.9]:53")]
    [InlineData("evil.example.org:3540")]
    public async Task An_address_of_another_scope_or_form_is_not_followed(string location)
    {
        Host host = await JoinAsync(1);
        await host.DoAsync(ssdp => ssdp.Search());

        _link.Inject(Stranger, Group, Alive(host.Target, location));
        await SettleAsync();
        Assert.Empty(host.Found);

        _link.Inject(Stranger, Group, Alive(host.Target, "[::ffff:192.0.2.9]:3540"));
        await SettleAsync();
        Assert.Single(host.Found);
    }

    [Fact]
    public async Task A_source_that_asks_too_often_is_not_answered()
    {
        Host publisher = await JoinAsync(1);
        await publisher.DoAsync(ssdp => ssdp.Publish(3540));

        for (int i = 0; i < 50; i++)
        {
            _link.Inject(Stranger, Group, Search(publisher.Target));
            await SettleAsync();
        }

        Assert.Equal(20, Answers().Count());
        Assert.InRange(Answers().Sum(answer => answer.Length), 1, AnswerAllowance.Stranger.Burst);
    }

    [Fact]
    public async Task The_neighbors_of_a_link_are_answered_each_though_they_share_its_prefix()
    {
        Host publisher = await JoinAsync("fe80::1/64");
        await publisher.DoAsync(ssdp => ssdp.Publish(3540));

        for (int i = 0; i < 50; i++)
        {
            _link.Inject(
                new(IPAddress.Parse($"fe80::1:{i}%2"), 40_000), IPAddress.Parse("ff02::c"), Search(publisher.Target));
            await SettleAsync();
        }

        Assert.Equal(50, Answers().Count());
        Assert.All(Answers(), answer => Assert.Contains("AL: [fe80::1]:3540\r\n", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Processes_of_a_machine_meet_where_the_link_lets_no_multicast_through()
    {
        _link.DeafInterfaces.Add("eth2");
        Host publisher = await JoinAsync(1, loopback: FakeInterfaces.Loopback);
        Host searcher = await JoinAsync(1, loopback: FakeInterfaces.Loopback);
        await publisher.DoAsync(ssdp => ssdp.Publish(4000));

        await searcher.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Equal([PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.1:4000"))], searcher.Found);
    }

    [Fact]
    public async Task An_address_heard_on_the_loopback_interface_must_be_of_this_machine()
    {
        _link.DeafInterfaces.Add("eth2");
        Host publisher = await JoinAsync(9, loopback: FakeInterfaces.Loopback);
        Host searcher = await JoinAsync(1, loopback: FakeInterfaces.Loopback);
        await publisher.DoAsync(ssdp => ssdp.Publish(4000));

        await searcher.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Empty(searcher.Found);
    }

    [Theory]
    [InlineData("::1", "::1", "[::1]:4000")]
    [InlineData("::1 127.0.0.1", "::1", "[::1]:4000")]
    [InlineData("::1", "127.0.0.1 ::1", "[::1]:4000")]
    [InlineData("127.0.0.1", "::1", null)]
    public async Task Processes_that_listen_on_loopback_addresses_meet_whatever_the_family(
        string publishing, string searching, string? found)
    {
        Host publisher = await JoinLoopbackAsync(publishing);
        Host searcher = await JoinLoopbackAsync(searching);
        await publisher.DoAsync(ssdp => ssdp.Publish(4000));

        await searcher.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Equal(found is null ? [] : [PnrpEndpoint.From(IPEndPoint.Parse(found))], searcher.Found);
    }

    [Fact]
    public async Task A_node_with_several_addresses_is_one_of_the_five()
    {
        Host searcher = await JoinLoopbackAsync("127.0.0.1 ::1");
        for (int i = 0; i < SsdpDiscovery.MaximumTargets; i++)
        {
            Host publisher = await JoinLoopbackAsync("127.0.0.1 ::1");
            await publisher.DoAsync(ssdp => ssdp.Publish(4000 + i));
        }

        searcher.Found.Clear();
        await searcher.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Equal(
            Enumerable.Range(4000, SsdpDiscovery.MaximumTargets), searcher.Found.Select(endpoint => (int)endpoint.Port).Order());
    }

    [Fact]
    public async Task Suites_and_scopes_have_targets_of_their_own()
    {
        Assert.Equal(
            "urn:Microsoft Windows Peer Name Resolution Protocol: V4:IPV6:LinkLocal",
            SsdpDiscovery.TargetOf(SuiteAlgorithms.Windows, PeerCloudScope.LinkLocal));
        Host modern = await JoinAsync(1);
        Host windows = await JoinAsync(2, SuiteAlgorithms.Windows);
        await windows.DoAsync(ssdp => ssdp.Publish(3540));

        await modern.DoAsync(ssdp => ssdp.Search());
        await SettleAsync();

        Assert.Empty(modern.Found);
    }

    [Fact]
    public async Task A_machine_without_multicast_goes_on_without()
    {
        _link.IsForbidden = true;
        Host host = await JoinAsync(1);

        await host.DoAsync(ssdp =>
        {
            Assert.False(ssdp.IsAvailable);
            ssdp.Publish(3540);
            ssdp.Search();
            ssdp.Withdraw();
        });
        Assert.Empty(_link.Said);
    }

    private static string Alive(string target, string location) =>
        $"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nNT: {target}\r\nUSN: uuid:stranger\r\nAL: {location}\r\n\r\n";

    private static string Search(string target) =>
        $"M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nMX: 0\r\nST: {target}\r\n\r\n";

    private IEnumerable<string> Answers() =>
        _link.Said.Where(text => text.StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal));

    private Task<Host> JoinAsync(int number, SuiteAlgorithms? suite = null, LocalInterface? loopback = null) =>
        JoinAsync($"192.0.2.{number}/24", suite, loopback);

    private async Task<Host> JoinAsync(string address, SuiteAlgorithms? suite = null, LocalInterface? loopback = null)
    {
        return await StartAsync(
            CloudPlan.From([FakeInterfaces.Ethernet(2, address), .. new[] { loopback }.OfType<LocalInterface>()], AddressChoice.All)[0],
            suite);
    }

    private Task<Host> JoinLoopbackAsync(string listen)
    {
        var choice = new AddressChoice { Addresses = [.. listen.Split(' ').Select(IPAddress.Parse)] };
        return StartAsync(CloudPlan.From([FakeInterfaces.DualLoopback], choice)[0]);
    }

    private async Task<Host> StartAsync(CloudDescription cloud, SuiteAlgorithms? suite = null)
    {
        var context = new CloudContext(
            suite ?? SuiteAlgorithms.Modern,
            new(),
            _clock,
            new SeededRandom(_hosts.Count),
            new UdpNetwork(),
            _link,
            new AddressCache(_folder.Combine("cache.json"), NullLogger.Instance),
            new QuietObserver(),
            NullLogger.Instance);
        var host = new Host(cloud, context);
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>Lets every loop do what it has to do, delayed answers included.</summary>
    private async Task SettleAsync()
    {
        for (int i = 0; i < 4; i++)
        {
            foreach (Host host in _hosts)
            {
                await host.DoAsync(_ => { });
            }

            _clock.Advance(TimeSpan.FromMilliseconds(40));
        }

        foreach (Host host in _hosts)
        {
            await host.DoAsync(_ => { });
        }
    }

    private sealed class Host : IAsyncDisposable
    {
        private readonly Mailbox _mailbox = new();
        private readonly CloudDescription _cloud;
        private readonly SsdpDiscovery _ssdp;
        private readonly Task _loop;

        public Host(CloudDescription cloud, CloudContext context)
        {
            _cloud = cloud;
            _ssdp = new(_cloud, context, _mailbox, Found.Add);
            _loop = _mailbox.RunAsync((_, _) => { }, () => { }, exception => throw exception);
        }

        public List<PnrpEndpoint> Found { get; } = [];

        public string Target => _ssdp.Target;

        public Task StartAsync() => DoAsync(ssdp => ssdp.SetNetwork(_cloud));

        public Task DoAsync(Action<SsdpDiscovery> action) => _mailbox.AskAsync(() => action(_ssdp));

        public async ValueTask DisposeAsync()
        {
            _mailbox.Complete();
            await _loop;
            await _ssdp.DisposeAsync();
        }
    }
}
