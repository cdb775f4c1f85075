using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Discovery;

/// <summary>
/// Finds the nodes of one cloud on the link, and is found by them (MS-PNRP 3.1.4.2.2, 3.1.5.1, 3.2.4.1; SSDP per UPnP
/// Device Architecture 1.0, section 1). It also speaks on the loopback interface, so that two processes of one machine
/// meet in every cloud whether or not a link lets multicast through. Belongs to the cloud's loop: messages enter through
/// its mailbox.
/// </summary>
internal sealed class SsdpDiscovery : IMulticastSink, IAsyncDisposable
{
    /// <summary>Nodes that one search leads to at most (MS-PNRP 3.1.5.1).</summary>
    public const int MaximumTargets = 5;

    /// <summary>The port of SSDP.</summary>
    public const int Port = 1900;
    private const int MaximumWaiting = 64;
    private const int MaximumAnswers = 32;

    private static readonly IPEndPoint IPv4Group = new(new IPAddress([239, 255, 255, 250]), Port);
    private static readonly IPEndPoint LinkGroup = new(IPAddress.Parse("ff02::c"), Port);
    private static readonly IPEndPoint SiteGroup = new(IPAddress.Parse("ff05::c"), Port);
    private static readonly TimeSpan Spread = TimeSpan.FromMilliseconds(100);

    private readonly string _cloud;
    private readonly PeerCloudScope _scope;
    private readonly CloudContext _context;
    private readonly Mailbox _mailbox;
    private readonly Action<PnrpEndpoint> _tell;
    private readonly SourceLimiter _limiter;
    private readonly string _serviceId;
    private readonly List<Link> _links = [];
    private readonly List<Task> _leaving = [];
    private readonly HashSet<string> _found = new(MaximumTargets);
    private CloudDescription _network;
    private bool _isSearching;
    private int _answers;
    private int _waiting;
    private int? _publishedPort;

    public SsdpDiscovery(
        CloudDescription cloud, CloudContext context, Mailbox mailbox, Action<PnrpEndpoint> found)
    {
        _cloud = cloud.Name;
        _scope = cloud.Scope;
        _network = cloud.WithoutNetwork();
        _context = context;
        _mailbox = mailbox;
        _tell = found;
        _limiter = new(allowed: 20, TimeSpan.FromSeconds(10), capacity: 256);
        Target = TargetOf(context.Suite, cloud.Scope);
        Span<byte> id = stackalloc byte[16];
        context.Random.Fill(id);
        _serviceId = $"uuid:{new Guid(id)}::{Target}";
    }

    /// <summary>The search target of the cloud (MS-PNRP 3.1.4.2.2).</summary>
    public string Target { get; }

    /// <summary>Whether there is an interface with multicast.</summary>
    public bool IsAvailable => _links.Count > 0;

    /// <summary>Nodes found since the last search.</summary>
    public int FoundCount => _found.Count;

    public static string TargetOf(SuiteAlgorithms suite, PeerCloudScope scope) =>
        $"urn:Microsoft Windows Peer Name Resolution Protocol: V{(suite.Suite == PeerSuite.Modern ? 5 : 4)}:IPV6:{scope}";

    /// <summary>Joins the groups on the cloud's interfaces, and leaves those on others.</summary>
    public void SetNetwork(CloudDescription cloud)
    {
        _network = cloud;
        LinkPlan[] wanted = [.. Plan(cloud)];
        foreach (Link link in _links.Where(link => !wanted.Contains(link.Plan)).ToArray())
        {
            _links.Remove(link);
            _leaving.Add(link.Multicast.DisposeAsync().AsTask());
        }

        _leaving.RemoveAll(task => task.IsCompleted);
        foreach (LinkPlan plan in wanted.Where(plan => !_links.Exists(link => link.Plan == plan)))
        {
            Join(plan);
        }
    }

    /// <summary>Asks who is there.</summary>
    public void Search()
    {
        _isSearching = true;
        _found.Clear();
        foreach (Link link in _links)
        {
            Send(link, new() { Kind = SsdpKind.Search, Target = Target, MaximumWait = 1 });
        }
    }

    /// <summary>Answers searches from now on, and says so.</summary>
    public void Publish(int port)
    {
        if (_publishedPort != port)
        {
            _publishedPort = port;
            Announce(SsdpKind.Alive);
        }
    }

    /// <summary>Answers no more, and says so.</summary>
    public void Withdraw()
    {
        if (_publishedPort is not null)
        {
            Announce(SsdpKind.ByeBye);
            _publishedPort = null;
        }
    }

    public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        // Outside the loop: only count and copy.
        if (Volatile.Read(ref _waiting) >= MaximumWaiting || !SsdpMessage.TryRead(message, out SsdpMessage? read))
        {
            return;
        }

        if (read.Target == Target)
        {
            Interlocked.Increment(ref _waiting);
            _mailbox.Post(() =>
            {
                Interlocked.Decrement(ref _waiting);
                Handle(link, source, read);
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Link link in _links)
        {
            _leaving.Add(link.Multicast.DisposeAsync().AsTask());
        }

        _links.Clear();
        await Task.WhenAll(_leaving).ConfigureAwait(false);
    }

    private void Handle(IMulticastLink multicast, IPEndPoint source, SsdpMessage message)
    {
        if (_links.Find(link => link.Multicast == multicast) is not { } link
            || !_limiter.TryTake(AddressBlock.Of(source, _network.Addresses), _context.Time.GetElapsedTime(0)))
        {
            return;
        }

        switch (message.Kind)
        {
            case SsdpKind.Search when _publishedPort is { } port:
                Answer(link, source, port, message.MaximumWait);
                break;
            case SsdpKind.Response or SsdpKind.Alive when message.ServiceName != _serviceId:
                TakeLocation(link, message);
                break;
            default:
                // A farewell is told by PNRP itself, to those who have the name in their cache.
                break;
        }
    }

    // MS-PNRP 3.1.5.1
    private void TakeLocation(Link link, SsdpMessage message)
    {
        // A node says so once for each address at which it may be reached; who it is, its service name says.
        if (_isSearching && message.Location is { } location && IsPlausible(link, location.Address)
            && _found.Count < MaximumTargets && _found.Add(NameOf(message)))
        {
            _tell(PnrpEndpoint.From(location));
        }
    }

    private static string NameOf(SsdpMessage message) =>
        message.ServiceName.Length > 0 ? message.ServiceName : $"{message.Location}";

    // What is heard on the loopback interface comes from this machine, and so must the address; and there must be an own
    // one of its family to send from.
    private bool IsPlausible(Link link, IPAddress address) => link.Plan.Adapter.IsLoopback
        ? _network.MachineAddresses.Any(own => IsSame(own, address))
            && _network.Addresses.Any(own => own.AddressFamily == Unmap(address).AddressFamily)
        : IsOfScope(address);

    private static bool IsSame(IPAddress left, IPAddress right) =>
        DatagramAddress.ToNumber(left) == DatagramAddress.ToNumber(right);

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private bool IsOfScope(IPAddress address) => AddressScopes.Of(address) == _scope switch
    {
        PeerCloudScope.Global => AddressScope.Global,
        PeerCloudScope.SiteLocal => AddressScope.SiteLocal,
        PeerCloudScope.LinkLocal => AddressScope.LinkLocal,
        _ => AddressScope.Loopback,
    };

    // Answers are spread, so that a hundred nodes do not answer in the same millisecond (UPnP 1.0, 1.2.3).
    private void Answer(Link link, IPEndPoint searcher, int port, int maximumWait)
    {
        if (link.Plan.Adapter.IsLoopback || maximumWait == 0)
        {
            SendAnswer(link, searcher, port);
            return;
        }

        if (_answers >= MaximumAnswers)
        {
            return;
        }

        _answers++;
        TimeSpan delay = Spread * _context.Random.NextDouble();
        _mailbox.After(_context.Time, delay, () =>
        {
            _answers--;
            if (_publishedPort == port && _links.Contains(link))
            {
                SendAnswer(link, searcher, port);
            }
        });
    }

    private void SendAnswer(Link link, IPEndPoint searcher, int port)
    {
        foreach (SsdpMessage answer in Describe(SsdpKind.Response, link, port))
        {
            link.Multicast.SendTo(searcher, answer.Write(link.Plan.Group));
        }
    }

    private void Announce(SsdpKind kind)
    {
        foreach (Link link in _links)
        {
            Announce(kind, link, _publishedPort!.Value);
        }
    }

    private void Announce(SsdpKind kind, Link link, int port)
    {
        foreach (SsdpMessage message in Describe(kind, link, port))
        {
            Send(link, message);
        }
    }

    private IEnumerable<SsdpMessage> Describe(SsdpKind kind, Link link, int port) =>
        link.Plan.Addresses.Select(address => new SsdpMessage
        {
            Kind = kind,
            Target = Target,
            ServiceName = _serviceId,
            Location = new(address, port),
        });

    private static void Send(Link link, SsdpMessage message) =>
        link.Multicast.SendToGroup(message.Write(link.Plan.Group));

    private void Join(LinkPlan plan)
    {
        if (_context.Multicast.TryJoin(plan.Group, plan.Adapter, plan.Sender, this) is not { } multicast)
        {
            PnrpLog.NoMulticast(_context.Logger, _cloud, plan.Adapter.Name);
            return;
        }

        var link = new Link(plan, multicast);
        _links.Add(link);
        if (_publishedPort is { } port)
        {
            Announce(SsdpKind.Alive, link, port);
        }
    }

    private static IEnumerable<LinkPlan> Plan(CloudDescription cloud) =>
    [
        .. from adapter in cloud.Interfaces
           where !adapter.IsLoopback
           from family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]
           let own = adapter.Addresses.FirstOrDefault(
               local => local.Address.AddressFamily == family && cloud.Addresses.Contains(local.Address))
           where own is not null
           select new LinkPlan(GroupOf(cloud.Scope, family), adapter, SenderOf(adapter, own), [own.Address]),
        .. PlanLoopback(cloud),
    ];

    // The loopback interface of most systems lets no IPv6 multicast through: over IPv4, processes tell each other addresses
    // of both families, one of each, since some of them may listen at one family alone.
    private static IEnumerable<LinkPlan> PlanLoopback(CloudDescription cloud)
    {
        if (cloud.Addresses.Count > 0 && cloud.Loopback is { Addresses: [var any, ..] } loopback)
        {
            LocalAddress sender = loopback.Addresses.FirstOrDefault(IsIPv4) ?? any;
            yield return new(
                IsIPv4(sender) ? IPv4Group : LinkGroup,
                loopback,
                sender,
                [.. cloud.Addresses.DistinctBy(address => address.AddressFamily)]);
        }
    }

    private static bool IsIPv4(LocalAddress local) => local.Address.AddressFamily == AddressFamily.InterNetwork;

    private static IPEndPoint GroupOf(PeerCloudScope scope, AddressFamily family) =>
        family == AddressFamily.InterNetwork ? IPv4Group
        : scope == PeerCloudScope.SiteLocal ? SiteGroup
        : LinkGroup;

    // What goes to an IPv6 group of the link comes from a link-local address, if there is one.
    private static LocalAddress SenderOf(LocalInterface adapter, LocalAddress own) =>
        own.Address.AddressFamily == AddressFamily.InterNetwork
            ? own
            : adapter.Addresses.FirstOrDefault(local => local.Address.IsIPv6LinkLocal) ?? own;

    /// <summary>A group on an interface, the address to send from, and the addresses to publish there.</summary>
    private sealed record LinkPlan(
        IPEndPoint Group, LocalInterface Adapter, LocalAddress Sender, IReadOnlyList<IPAddress> Addresses)
    {
        public bool Equals(LinkPlan? other) =>
            other is not null && Group.Equals(other.Group) && Adapter.Index == other.Adapter.Index
            && Sender == other.Sender && Addresses.SequenceEqual(other.Addresses);

        public override int GetHashCode() => HashCode.Combine(Group, Adapter.Index, Sender);
    }

    private sealed record Link(LinkPlan Plan, IMulticastLink Multicast);
}
