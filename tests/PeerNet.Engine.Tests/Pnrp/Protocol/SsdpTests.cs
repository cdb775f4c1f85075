using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

public sealed class SsdpTests : IAsyncLifetime
{
    private static readonly IPAddress Group = IPAddress.Parse("239.255.255.250");
    private static readonly IPEndPoint Stranger = new(IPAddress.Parse("192.0.2.200"), 40_000);

    private readonly FakeMulticast _link = new();
    private readonly List<Host> _hosts = [];
    private Moment _now = new(TimeSpan.FromHours(1), new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (Host host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public void A_search_finds_those_who_publish()
    {
        Host silent = Join(1);
        Host publisher = Join(2);
        Host searcher = Join(3);
        publisher.Do((discovery, now) => discovery.Publish(now, 3540));
        searcher.Found.Clear();

        searcher.Search();
        Settle();

        Assert.Equal([PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.2:3540"))], searcher.Found);
        Assert.Empty(silent.Found);
    }

    [Fact]
    public void A_node_that_begins_to_publish_is_heard_by_those_who_have_searched()
    {
        Host searcher = Join(1);
        Host late = Join(2);
        searcher.Search();

        late.Do((discovery, now) => discovery.Publish(now, 4000));
        Settle();

        Assert.Equal([PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.2:4000"))], searcher.Found);
    }

    [Fact]
    public void A_node_that_has_withdrawn_answers_no_more()
    {
        Host publisher = Join(1);
        Host searcher = Join(2);
        publisher.Do((discovery, now) => discovery.Publish(now, 3540));
        publisher.Do((discovery, now) => discovery.Withdraw(now));

        searcher.Search();
        Settle();

        Assert.Empty(searcher.Found);
        Assert.Contains(_link.Said, text => text.Contains("ssdp:byebye", StringComparison.Ordinal));
    }

    [Fact]
    public void A_search_leads_to_five_nodes_at_most()
    {
        Host searcher = Join(1);
        for (int i = 2; i < 12; i++)
        {
            Host publisher = Join(i);
            publisher.Do((discovery, now) => discovery.Publish(now, 3540));
        }

        searcher.Found.Clear();
        searcher.Search();
        Settle();

        Assert.Equal(Ssdp.MaximumTargets, searcher.Found.Count);
    }

    [Fact]
    public void Nobody_is_followed_before_a_search()
    {
        Host host = Join(1);

        _link.Inject(Stranger, Group, Alive(host.Target, "[::ffff:192.0.2.9]:3540"));
        Settle();

        Assert.Empty(host.Found);
    }

    [Theory]
    [InlineData("[::ffff:127.0.0.1]:3540")]
    [InlineData("[fe80::1]:3540")]
    [InlineData("[::ffff:192.0.2.9]:53")]
    [InlineData("evil.example.org:3540")]
    public void An_address_of_another_scope_or_form_is_not_followed(string location)
    {
        Host host = Join(1);
        host.Search();

        _link.Inject(Stranger, Group, Alive(host.Target, location));
        Settle();
        Assert.Empty(host.Found);

        _link.Inject(Stranger, Group, Alive(host.Target, "[::ffff:192.0.2.9]:3540"));
        Settle();
        Assert.Single(host.Found);
    }

    [Fact]
    public void A_source_that_asks_too_often_is_not_answered()
    {
        Host publisher = Join(1);
        publisher.Do((discovery, now) => discovery.Publish(now, 3540));

        for (int i = 0; i < 50; i++)
        {
            _link.Inject(Stranger, Group, Search(publisher.Target));
            Settle();
        }

        Assert.Equal(20, Answers().Count());
        Assert.InRange(Answers().Sum(answer => answer.Length), 1, AnswerAllowance.Stranger.Burst);
    }

    [Fact]
    public void The_neighbors_of_a_link_are_answered_each_though_they_share_its_prefix()
    {
        Host publisher = Join("fe80::1/64");
        publisher.Do((discovery, now) => discovery.Publish(now, 3540));

        for (int i = 0; i < 50; i++)
        {
            _link.Inject(
                new(IPAddress.Parse($"fe80::1:{i}%2"), 40_000), IPAddress.Parse("ff02::c"), Search(publisher.Target));
            Settle();
        }

        Assert.Equal(50, Answers().Count());
        Assert.All(Answers(), answer => Assert.Contains("AL: [fe80::1]:3540\r\n", answer, StringComparison.Ordinal));
    }

    [Fact]
    public void Processes_of_a_machine_meet_where_the_link_lets_no_multicast_through()
    {
        _link.DeafInterfaces.Add("eth2");
        Host publisher = Join(1, loopback: FakeInterfaces.Loopback);
        Host searcher = Join(1, loopback: FakeInterfaces.Loopback);
        publisher.Do((discovery, now) => discovery.Publish(now, 4000));

        searcher.Search();
        Settle();

        Assert.Equal([PnrpEndpoint.From(IPEndPoint.Parse("192.0.2.1:4000"))], searcher.Found);
    }

    [Fact]
    public void An_address_heard_on_the_loopback_interface_must_be_of_this_machine()
    {
        _link.DeafInterfaces.Add("eth2");
        Host publisher = Join(9, loopback: FakeInterfaces.Loopback);
        Host searcher = Join(1, loopback: FakeInterfaces.Loopback);
        publisher.Do((discovery, now) => discovery.Publish(now, 4000));

        searcher.Search();
        Settle();

        Assert.Empty(searcher.Found);
    }

    [Theory]
    [InlineData("::1", "::1", "[::1]:4000")]
    [InlineData("::1 127.0.0.1", "::1", "[::1]:4000")]
    [InlineData("::1", "127.0.0.1 ::1", "[::1]:4000")]
    [InlineData("127.0.0.1", "::1", null)]
    public void Processes_that_listen_on_loopback_addresses_meet_whatever_the_family(
        string publishing, string searching, string? found)
    {
        Host publisher = JoinLoopback(publishing);
        Host searcher = JoinLoopback(searching);
        publisher.Do((discovery, now) => discovery.Publish(now, 4000));

        searcher.Search();
        Settle();

        Assert.Equal(found is null ? [] : [PnrpEndpoint.From(IPEndPoint.Parse(found))], searcher.Found);
    }

    [Fact]
    public void A_node_with_several_addresses_is_one_of_the_five()
    {
        Host searcher = JoinLoopback("127.0.0.1 ::1");
        for (int i = 0; i < Ssdp.MaximumTargets; i++)
        {
            Host publisher = JoinLoopback("127.0.0.1 ::1");
            publisher.Do((discovery, now) => discovery.Publish(now, 4000 + i));
        }

        searcher.Found.Clear();
        searcher.Search();
        Settle();

        Assert.Equal(
            Enumerable.Range(4000, Ssdp.MaximumTargets), searcher.Found.Select(endpoint => (int)endpoint.Port).Order());
    }

    [Fact]
    public void Suites_and_scopes_have_targets_of_their_own()
    {
        Assert.Equal(
            "urn:Microsoft Windows Peer Name Resolution Protocol: V4:IPV6:LinkLocal",
            Ssdp.TargetOf(SuiteAlgorithms.Windows, PeerCloudScope.LinkLocal));
        Host modern = Join(1);
        Host windows = Join(2, SuiteAlgorithms.Windows);
        windows.Do((discovery, now) => discovery.Publish(now, 3540));

        modern.Search();
        Settle();

        Assert.Empty(modern.Found);
    }

    [Fact]
    public void A_machine_without_multicast_goes_on_without()
    {
        _link.IsForbidden = true;
        Host host = Join(1);

        host.Do((discovery, now) => discovery.Publish(now, 3540));
        host.Search();
        host.Do((discovery, now) => discovery.Withdraw(now));

        Assert.False(host.IsOnLink);
        Assert.Empty(_link.Said);
    }

    private static string Alive(string target, string location) =>
        $"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nNT: {target}\r\nUSN: uuid:stranger\r\nAL: {location}\r\n\r\n";

    private static string Search(string target) =>
        $"M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nMX: 0\r\nST: {target}\r\n\r\n";

    private IEnumerable<string> Answers() =>
        _link.Said.Where(text => text.StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal));

    private Host Join(int number, SuiteAlgorithms? suite = null, LocalInterface? loopback = null) =>
        Join($"192.0.2.{number}/24", suite, loopback);

    private Host Join(string address, SuiteAlgorithms? suite = null, LocalInterface? loopback = null) => Start(
        CloudPlan.From([FakeInterfaces.Ethernet(2, address), .. new[] { loopback }.OfType<LocalInterface>()], AddressChoice.All)[0],
        suite);

    private Host JoinLoopback(string listen)
    {
        var choice = new AddressChoice { Addresses = [.. listen.Split(' ').Select(IPAddress.Parse)] };
        return Start(CloudPlan.From([FakeInterfaces.DualLoopback], choice)[0]);
    }

    private Host Start(CloudDescription cloud, SuiteAlgorithms? suite = null)
    {
        var host = new Host(this, cloud, suite ?? SuiteAlgorithms.Modern, _hosts.Count);
        _hosts.Add(host);
        return host;
    }

    /// <summary>Lets all have their say, delayed answers included.</summary>
    private void Settle()
    {
        for (int i = 0; i < 4; i++)
        {
            _now = _now with { Elapsed = _now.Elapsed + TimeSpan.FromMilliseconds(40) };
            _hosts.ForEach(host => host.Do((discovery, now) => discovery.Advance(now)));
        }
    }

    private sealed class Host : IMulticastSink, IAsyncDisposable
    {
        private readonly SsdpTests _test;
        private readonly DiscoveryMachine _machine;
        private readonly MulticastMembership _membership;

        public Host(SsdpTests test, CloudDescription cloud, SuiteAlgorithms suite, int number)
        {
            _test = test;
            _machine = new(suite, cloud.Scope, new SeededRandom(number));
            _membership = new(test._link, () => SsdpPlan.From(cloud), this);
            _membership.Set(isOpen: true, hears: true);
            Do((discovery, now) =>
                discovery.SetNetwork(now, _membership.Places, cloud.Addresses, cloud.MachineAddresses));
        }

        public List<PnrpEndpoint> Found { get; } = [];

        public string Target => _machine.Target;

        public bool IsOnLink => _membership.Places.Count > 0;

        public ValueTask DisposeAsync() => _membership.DisposeAsync();

        public void Search() => Do((discovery, now) => discovery.Run(now, DiscoveryStep.Multicast));

        public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message)
        {
            byte[] copy = message.ToArray();
            if (_membership.Find(link) is { } place)
            {
                Do((discovery, now) => discovery.Heard(now, place, source, copy));
            }
        }

        public void Do(Action<DiscoveryMachine, Moment> input)
        {
            input(_machine, _test._now);
            foreach (DiscoveryEffect effect in _machine.TakeEffects().ToArray())
            {
                Perform(effect);
            }
        }

        private void Perform(DiscoveryEffect effect)
        {
            switch (effect)
            {
                case DiscoveryEffect.Say said:
                    _membership.Find(said.Link)!.SendToGroup(said.Message);
                    break;
                case DiscoveryEffect.Answer answer:
                    _membership.Find(answer.Link)!.SendTo(answer.Destination, answer.Message);
                    break;
                case DiscoveryEffect.Found found:
                    Found.Add(found.Endpoint);
                    break;
            }
        }
    }
}
