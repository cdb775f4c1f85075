using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>Runs the discovery of one cloud: its multicast groups, the names of its seeds, the addresses it remembers. For any
/// thread.</summary>
internal sealed class DiscoveryRunner : IMulticastSink, IAsyncDisposable
{
    private const int WaitingMessages = 64;

    private readonly string _cloud;
    private readonly CloudContext _context;
    private readonly CloudNetwork _network;
    private readonly Action<DiscoveryEffect> _tell;
    private readonly DiscoveryMachine _machine;
    private readonly MachineLoop<DiscoveryEffect> _loop;
    private readonly MulticastMembership _membership;
    private readonly CancellationTokenSource _stopping = new();
    private IReadOnlyList<MulticastPlace> _places = [];
    private volatile IReadOnlyList<SeedAddress> _seeds = [];

    /// <param name="network">Where this node is in the cloud.</param>
    /// <param name="context">What all clouds have in common.</param>
    /// <param name="tell">Told what was found: on the loop, must not block.</param>
    public DiscoveryRunner(CloudNetwork network, CloudContext context, Action<DiscoveryEffect> tell)
    {
        _cloud = network.Description.Name;
        _context = context;
        _network = network;
        _tell = tell;
        Lookup = new(context, network, _stopping.Token);
        _machine = new(context.Suite, network.Description.Scope, context.Random);
        _loop = new(
            _machine, Perform, Report, context.Time, WaitingMessages, WaitingMessages * IMulticastSink.MaximumMessage);
        _membership = new(context.Multicast, () => _places, this);
    }

    /// <summary>Finds the addresses of seeds.</summary>
    public SeedLookup Lookup { get; }

    /// <summary>The configured seeds.</summary>
    public IReadOnlyList<SeedAddress> Seeds
    {
        get => _seeds;
        set
        {
            _seeds = value;
            _loop.Post(now => _machine.SetSeeds(now, value));
        }
    }

    /// <summary>Searches and answers on the cloud's interfaces as they are now.</summary>
    public void SetNetwork(CloudDescription cloud) => _loop.Post(now =>
    {
        _places = SsdpPlan.From(cloud);
        foreach (MulticastAttempt attempt in _membership.Set(isOpen: true, hears: true))
        {
            if (attempt.Outcome != MulticastOutcome.Joined)
            {
                PnrpLog.NoMulticast(_context.Logger, _cloud, attempt.Place.Adapter.Name);
            }
        }

        _machine.SetNetwork(now, _membership.Places, cloud.Addresses, cloud.MachineAddresses);
    });

    /// <summary>Takes one step; what it finds and its end are told.</summary>
    public void Run(DiscoveryStep step)
    {
        PnrpLog.Discovering(_context.Logger, _cloud, step);
        _loop.Post(now => _machine.Run(now, step));
    }

    /// <summary>Looks once more, unless it has just looked.</summary>
    /// <returns>How long it takes to hear from whoever is there.</returns>
    public Task<TimeSpan> LookAroundAsync() => _loop.AskAsync(_machine.LookAround);

    /// <summary>Lets others find this node by SSDP while it has names.</summary>
    public void Publish() => _loop.Post(now => _machine.Publish(now, _network.Port));

    /// <summary>Ends what <see cref="Publish"/> began.</summary>
    public void Withdraw() => _loop.Post(_machine.Withdraw);

    public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        if (_membership.Find(link) is { } place)
        {
            byte[] copy = message.ToArray();
            _loop.TryPost(now => _machine.Heard(now, place, source, copy), copy.Length);
        }
    }

    /// <summary>Says goodbye on the link, and leaves it.</summary>
    public async ValueTask DisposeAsync()
    {
        Withdraw();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
        await _membership.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Perform(DiscoveryEffect effect)
    {
        switch (effect)
        {
            case DiscoveryEffect.Say said:
                _membership.Find(said.Link)?.SendToGroup(said.Message);
                break;
            case DiscoveryEffect.Answer answer:
                _membership.Find(answer.Link)?.SendTo(answer.Destination, answer.Message);
                break;
            case DiscoveryEffect.Remember:
                _loop.Post(now => _machine.Remembered(now, _context.AddressCache.GetEndpoints(_cloud)));
                break;
            case DiscoveryEffect.Resolve resolve:
                _ = ResolveAsync(resolve.Seed);
                break;
            case DiscoveryEffect.FindNeighbours:
                _loop.Post(now => _machine.NeighboursFound(now, Lookup.FindNeighbours()));
                break;
            default:
                _tell(effect);
                break;
        }
    }

    private async Task ResolveAsync(SeedAddress seed)
    {
        IReadOnlyList<PnrpEndpoint> endpoints = await Lookup.FindAsync(seed).ConfigureAwait(false);
        _loop.Post(now => _machine.SeedResolved(now, seed, endpoints));
    }

    private void Report(Exception exception)
    {
        PnrpLog.LoopFailed(_context.Logger, _cloud, exception);
        _context.Observer.Failed(_cloud, $"The cloud '{_cloud}' failed to look for other nodes: {exception.Message}");
    }
}
