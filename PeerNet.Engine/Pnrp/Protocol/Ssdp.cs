using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// Finds the nodes of one cloud on the link, and is found by them (MS-PNRP 3.1.4.2.2, 3.1.5.1, 3.2.4.1; SSDP per UPnP
/// Device Architecture 1.0, section 1).
/// </summary>
internal sealed class Ssdp
{
    /// <summary>Nodes that one search leads to at most (MS-PNRP 3.1.5.1).</summary>
    public const int MaximumTargets = 5;

    /// <summary>The port of SSDP.</summary>
    public const int Port = 1900;

    private const int MaximumAnswers = 32;

    private static readonly TimeSpan Spread = TimeSpan.FromMilliseconds(100);

    private readonly PeerCloudScope _scope;
    private readonly IRandomSource _random;
    private readonly EffectList<DiscoveryEffect> _effects;
    private readonly SourceLimiter _limiter = new(allowed: 20, TimeSpan.FromSeconds(10), capacity: 256);
    private readonly HashSet<string> _found = new(MaximumTargets);
    private readonly Timers<LateAnswer> _answers = new();
    private readonly string _serviceId;
    private IReadOnlyList<MulticastPlace> _links = [];
    private IReadOnlyList<IPAddress> _addresses = [];
    private IReadOnlyList<IPAddress> _machineAddresses = [];
    private bool _isSearching;
    private int _waitingAnswers;
    private long _lastAnswer;
    private int? _publishedPort;

    public Ssdp(SuiteAlgorithms suite, PeerCloudScope scope, IRandomSource random, EffectList<DiscoveryEffect> effects)
    {
        _scope = scope;
        _random = random;
        _effects = effects;
        Target = TargetOf(suite, scope);
        _serviceId = $"uuid:{random.NextGuid()}::{Target}";
    }

    /// <summary>The search target of the cloud (MS-PNRP 3.1.4.2.2).</summary>
    public string Target { get; }

    /// <summary>Nodes found since the last search.</summary>
    public int FoundCount => _found.Count;

    /// <summary>Whether it speaks with this machine alone.</summary>
    public bool IsLocal => _links.All(link => link.Adapter.IsLoopback);

    /// <summary>When <see cref="Advance"/> is wanted.</summary>
    public TimeSpan NextDue => _answers.NextDue;

    public static string TargetOf(SuiteAlgorithms suite, PeerCloudScope scope) =>
        $"urn:Microsoft Windows Peer Name Resolution Protocol: V{(suite.Suite == PeerSuite.Modern ? 5 : 4)}:IPV6:{scope}";

    /// <summary>Speaks on these links from now on; on new ones it says at once what it publishes.</summary>
    public void SetNetwork(
        IReadOnlyList<MulticastPlace> links, IReadOnlyList<IPAddress> addresses, IReadOnlyList<IPAddress> machineAddresses)
    {
        MulticastPlace[] added = [.. links.Except(_links)];
        (_links, _addresses, _machineAddresses) = (links, addresses, machineAddresses);
        if (_publishedPort is { } port)
        {
            Announce(SsdpKind.Alive, added, port);
        }
    }

    /// <summary>Asks who is there.</summary>
    public void Search()
    {
        _isSearching = true;
        _found.Clear();
        foreach (MulticastPlace link in _links)
        {
            Say(link, new() { Kind = SsdpKind.Search, Target = Target, MaximumWait = 1 });
        }
    }

    /// <summary>Answers searches from now on, and says so.</summary>
    public void Publish(int port)
    {
        if (_publishedPort != port)
        {
            _publishedPort = port;
            Announce(SsdpKind.Alive, _links, port);
        }
    }

    /// <summary>Answers no more, and says so.</summary>
    public void Withdraw()
    {
        if (_publishedPort is { } port)
        {
            Announce(SsdpKind.ByeBye, _links, port);
            _publishedPort = null;
        }
    }

    /// <summary>A message has come on a link. Hostile input.</summary>
    public void Receive(Moment now, MulticastPlace link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        if (!SsdpMessage.TryRead(message, out SsdpMessage? read)
            || read.Target != Target
            || !_links.Contains(link)
            || !_limiter.TryTake(AddressBlock.Of(source, _addresses), now.Elapsed))
        {
            return;
        }

        switch (read.Kind)
        {
            case SsdpKind.Search when _publishedPort is { } port:
                Answer(now, new(link, source, port, _lastAnswer++), read.MaximumWait);
                break;
            case SsdpKind.Response or SsdpKind.Alive when read.ServiceName != _serviceId:
                TakeLocation(link, read);
                break;
            default:
                // A farewell is told by PNRP itself, to those who have the name in their cache.
                break;
        }
    }

    /// <summary>Gives the answers that have come due.</summary>
    public void Advance(Moment now)
    {
        while (_answers.TryTake(now.Elapsed, out LateAnswer answer))
        {
            _waitingAnswers--;
            if (_publishedPort == answer.Port && _links.Contains(answer.Link))
            {
                Give(answer);
            }
        }
    }

    // MS-PNRP 3.1.5.1
    private void TakeLocation(MulticastPlace link, SsdpMessage message)
    {
        // A node says so once for each address at which it may be reached; who it is, its service name says.
        if (_isSearching && message.Location is { } location && IsPlausible(link, location.Address)
            && _found.Count < MaximumTargets && _found.Add(NameOf(message)))
        {
            _effects.Add(new DiscoveryEffect.Found(PnrpEndpoint.From(location), IsHeard: true));
        }
    }

    private static string NameOf(SsdpMessage message) =>
        message.ServiceName.Length > 0 ? message.ServiceName : $"{message.Location}";

    // What is heard on the loopback interface comes from this machine, and so must the address; and there must be an own
    // one of its family to send from.
    private bool IsPlausible(MulticastPlace link, IPAddress address) => link.Adapter.IsLoopback
        ? _machineAddresses.Any(own => IsSame(own, address))
            && _addresses.Any(own => own.AddressFamily == Unmap(address).AddressFamily)
        : CloudScopes.Of(address) == _scope;

    private static bool IsSame(IPAddress left, IPAddress right) =>
        DatagramAddress.ToNumber(left) == DatagramAddress.ToNumber(right);

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // Answers are spread, so that a hundred nodes do not answer in the same millisecond (UPnP 1.0, 1.2.3).
    private void Answer(Moment now, LateAnswer answer, int maximumWait)
    {
        if (answer.Link.Adapter.IsLoopback || maximumWait == 0)
        {
            Give(answer);
        }
        else if (_waitingAnswers < MaximumAnswers)
        {
            _waitingAnswers++;
            _answers.Set(answer, now.Elapsed + (Spread * _random.NextDouble()));
        }
    }

    private void Give(LateAnswer answer)
    {
        foreach (SsdpMessage message in Describe(SsdpKind.Response, answer.Link, answer.Port))
        {
            _effects.Add(new DiscoveryEffect.Answer(answer.Link, answer.Searcher, message.Write(answer.Link.Group)));
        }
    }

    private void Announce(SsdpKind kind, IEnumerable<MulticastPlace> links, int port)
    {
        foreach (MulticastPlace link in links)
        {
            foreach (SsdpMessage message in Describe(kind, link, port))
            {
                Say(link, message);
            }
        }
    }

    private IEnumerable<SsdpMessage> Describe(SsdpKind kind, MulticastPlace link, int port) =>
        link.Published.Select(address => new SsdpMessage
        {
            Kind = kind,
            Target = Target,
            ServiceName = _serviceId,
            Location = new(address, port),
        });

    private void Say(MulticastPlace link, SsdpMessage message) =>
        _effects.Add(new DiscoveryEffect.Say(link, message.Write(link.Group)));

    // The number tells answers to one searcher apart.
    private sealed record LateAnswer(MulticastPlace Link, IPEndPoint Searcher, int Port, long Number);
}
