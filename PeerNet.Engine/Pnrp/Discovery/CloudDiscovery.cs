using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp.Discovery;

/// <summary>
/// Finds other nodes of one cloud: remembered addresses, SSDP, seeds (MS-PNRP 3.1.4.2). A search by SSDP goes out with
/// the first step already, so that stale addresses delay nothing. Belongs to the cloud's loop.
/// </summary>
internal sealed class CloudDiscovery : IAsyncDisposable
{
    /// <summary>How long a search waits for answers.</summary>
    public static readonly TimeSpan SearchTime = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a seed has for its answer: one second, and one more after the resend (MS-PNRP 3.1.2).</summary>
    private static readonly TimeSpan SeedTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SearchInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookupTime = TimeSpan.FromSeconds(5);

    private readonly CloudDescription _cloud;
    private readonly CloudContext _context;
    private readonly Mailbox _mailbox;
    private readonly IDiscoveryTarget _target;
    private readonly IDatagramTransport _transport;
    private readonly SsdpDiscovery _ssdp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private IDisposable? _search;
    private long? _lastSearch;
    private int _nextSeed;

    public CloudDiscovery(
        CloudDescription cloud,
        CloudContext context,
        Mailbox mailbox,
        IDiscoveryTarget target,
        IDatagramTransport transport)
    {
        _cloud = cloud;
        _context = context;
        _mailbox = mailbox;
        _target = target;
        _transport = transport;
        _stopped = _stopping.Token;
        _ssdp = new(cloud, context, mailbox, Heard);
    }

    /// <summary>The configured seeds.</summary>
    public IReadOnlyList<SeedAddress> Seeds { get; set; } = [];

    /// <summary>How long it takes to hear from whoever is there: by SSDP, and from a seed where there is one.</summary>
    public TimeSpan LookAroundTime => Seeds.Count > 0 ? SeedTime : SearchTime;

    /// <summary>Whether a search would be news: the last one is not so recent that it would find the same.</summary>
    public bool IsSearchDue =>
        _lastSearch is not { } last || _context.Time.GetElapsedTime(last) >= SearchInterval;

    /// <summary>Searches and answers on the cloud's interfaces as they are now.</summary>
    public void SetNetwork(CloudDescription cloud) => _ssdp.SetNetwork(cloud);

    /// <summary>Takes one step; what it finds and its end go to the target.</summary>
    public void Run(DiscoveryStep step)
    {
        switch (step)
        {
            case DiscoveryStep.CachedAddresses:
                TryCachedAddresses();
                break;
            case DiscoveryStep.Multicast:
                Search();
                break;
            default:
                _ = TrySeedsAsync();
                break;
        }
    }

    /// <summary>Lets others find this node by SSDP while it has names (MS-PNRP 3.2.4.1).</summary>
    public void Publish() => _ssdp.Publish(_transport.Port);

    /// <summary>Ends what <see cref="Publish"/> began (MS-PNRP 3.2.4.2).</summary>
    public void Withdraw() => _ssdp.Withdraw();

    /// <summary>Ends everything that would report later.</summary>
    public void Leave()
    {
        _ssdp.Withdraw();
        _search?.Dispose();
        _stopping.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _ssdp.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Heard(PnrpEndpoint endpoint)
    {
        if (_target.WantsPeers)
        {
            _target.Found(endpoint);
        }
    }

    private void TryCachedAddresses()
    {
        IReadOnlyList<PnrpEndpoint> endpoints = _context.AddressCache.GetEndpoints(_cloud.Name);
        if (endpoints.Count > 0)
        {
            _ssdp.Search();
        }

        foreach (PnrpEndpoint endpoint in endpoints)
        {
            _target.Found(endpoint);
        }

        _target.Completed(DiscoveryStep.CachedAddresses);
    }

    private void Search()
    {
        _search?.Dispose();
        _lastSearch = _context.Time.GetTimestamp();
        _ssdp.Search();
        _search = _mailbox.After(_context.Time, SearchTime, () =>
        {
            if (_ssdp.FoundCount == 0)
            {
                TryWellKnownPort();
            }

            _target.Completed(DiscoveryStep.Multicast);
        });
    }

    // A machine without multicast: another process of it may have the port that this one did not get.
    private void TryWellKnownPort()
    {
        foreach (IPAddress address in _transport.LocalAddresses)
        {
            var neighbour = new IPEndPoint(address, SeedAddress.DefaultPort);
            if (_transport.Port != neighbour.Port && _context.Network.HasListener(neighbour))
            {
                _target.Found(PnrpEndpoint.From(neighbour));
            }
        }
    }

    // MS-PNRP 3.1.4.2.1: one seed address at a time, each time the next.
    private async Task TrySeedsAsync()
    {
        var endpoints = new List<PnrpEndpoint>();
        foreach (SeedAddress seed in Seeds)
        {
            endpoints.AddRange(await LookUpAsync(seed).ConfigureAwait(false));
        }

        _mailbox.Post(() =>
        {
            if (endpoints.Count > 0)
            {
                _target.SeedsResolved(endpoints);
                _nextSeed = _nextSeed >= endpoints.Count ? 0 : _nextSeed;
                _target.Found(endpoints[_nextSeed++]);
            }

            _target.Completed(DiscoveryStep.Seeds);
        });
    }

    /// <summary>The addresses of a seed that this cloud can reach.</summary>
    public async Task<IReadOnlyList<PnrpEndpoint>> LookUpAsync(SeedAddress seed)
    {
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(seed.Host, out IPAddress? literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(seed.Host, _stopped)
                    .WaitAsync(LookupTime, _context.Time, _stopped).ConfigureAwait(false);
            AddressFamily[] families = [.. _transport.LocalAddresses.Select(address => address.AddressFamily)];
            return
            [
                .. from address in addresses
                   where families.Contains(address.AddressFamily)
                   select PnrpEndpoint.From(new(address, seed.Port)),
            ];
        }
        catch (Exception exception) when (
            exception is SocketException or TimeoutException or OperationCanceledException or ArgumentException)
        {
            PnrpLog.SeedUnknown(_context.Logger, _cloud.Name, seed.ToString(), exception.Message);
            return [];
        }
    }
}
