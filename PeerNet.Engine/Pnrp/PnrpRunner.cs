using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// Runs the machine of one cloud: its sockets, its discovery, and whether it is open. Where it is not said that something is
/// for any thread, it belongs to the loop.
/// </summary>
internal sealed class PnrpRunner : IAsyncDisposable
{
    /// <summary>Datagrams that wait at most; each holds a buffer of <see cref="IDatagramSink.BufferLength"/>.</summary>
    private const int WaitingDatagrams = 1024;

    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly CloudContext _context;
    private readonly IDatagramTransport _transport;
    private readonly Action<PnrpNews> _tell;
    private readonly DatagramInlet<PnrpEffect> _inlet;
    private TaskCompletionSource? _left;
    private bool _isReceiving;
    private bool _isDisabled;

    /// <param name="description">The cloud.</param>
    /// <param name="transport">Its sockets; the runner's from here on.</param>
    /// <param name="context">What all clouds have in common.</param>
    /// <param name="tell">Told what has happened: on the loop, must not block or call the machine.</param>
    public PnrpRunner(
        CloudDescription description, IDatagramTransport transport, CloudContext context, Action<PnrpNews> tell)
    {
        _transport = transport;
        _context = context;
        _tell = tell;
        Network = new(description, transport);
        Machine = new(context.Suite, context.Random);
        Loop = new(
            Machine, Perform, Report, context.Time, WaitingDatagrams, WaitingDatagrams * IDatagramSink.BufferLength)
        {
            // Signatures are checked in it.
            IsOnPool = true,
        };
        _inlet = new(Loop, (now, source, datagram) => Machine.Receive(now, new(source.Address, source.Port), datagram));
        Discovery = new(Network, context, found => Loop.Post(now => OnDiscovered(now, found)));
    }

    /// <summary>The machine.</summary>
    public PnrpMachine Machine { get; }

    /// <summary>Finds other nodes; for any thread.</summary>
    public DiscoveryRunner Discovery { get; }

    /// <summary>Runs the machine: for any thread to ask it, or what belongs to its loop. What is told may lead to an input,
    /// which is posted.</summary>
    public MachineLoop<PnrpEffect> Loop { get; }

    /// <summary>Where this node is.</summary>
    public CloudNetwork Network { get; }

    /// <summary>The cloud's name; for any thread.</summary>
    public string Name => Network.Description.Name;

    /// <summary>Takes datagrams; for any thread.</summary>
    public IDatagramSink Datagrams => _inlet;

    /// <summary>Whether it is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether an administrator has closed it; for any thread to read.</summary>
    public bool IsDisabled
    {
        get => Volatile.Read(ref _isDisabled);
        set => Volatile.Write(ref _isDisabled, value);
    }

    /// <summary>What the cloud is doing.</summary>
    public PeerCloudState State =>
        _isDisabled ? PeerCloudState.Disabled
        : !IsOpen ? PeerCloudState.Virtual
        : Network.Addresses.Count == 0 ? PeerCloudState.NoNetwork
        : Machine.State;

    /// <summary>The counters, with what never reached the machine.</summary>
    public PnrpStatistics Statistics
    {
        get
        {
            PnrpStatistics statistics = Machine.GetStatistics();
            long overflows = _inlet.Dropped;
            return statistics with
            {
                DatagramsIn = statistics.DatagramsIn + _transport.Oversized + overflows,
                Dropped = new Dictionary<string, long>(statistics.Dropped)
                {
                    ["Oversized"] = _transport.Oversized,
                    ["QueueFull"] = overflows,
                },
            };
        }
    }

    /// <summary>Opens the cloud, unless it is open.</summary>
    public void Open(Moment now)
    {
        if (IsOpen)
        {
            return;
        }

        IsOpen = true;
        if (!_isReceiving)
        {
            _isReceiving = true;
            _transport.Start(_inlet);
        }

        Discovery.SetNetwork(Network.Description);
        Machine.Open(now, Network.Describe());
    }

    /// <summary>Closes the cloud, unless it is closed.</summary>
    public void Shut(Moment now)
    {
        if (IsOpen)
        {
            Machine.Close(now);
            Discovery.Withdraw();
            Discovery.SetNetwork(Network.Description.WithoutNetwork());
            IsOpen = false;
        }
    }

    /// <summary>The machine's interfaces have changed (MS-PNRP 3.1.7.1).</summary>
    /// <returns>Whether the cloud's have.</returns>
    public bool SetNetwork(Moment now, CloudDescription description)
    {
        if (!Network.Set(description))
        {
            return false;
        }

        if (IsOpen)
        {
            Machine.SetOwnAddresses(now, Network.Describe());
            Discovery.SetNetwork(description);
        }

        PnrpLog.NetworkChanged(_context.Logger, Name, string.Join(", ", Network.Addresses));
        return true;
    }

    /// <summary>Closes the cloud, and waits a little for the neighbours to acknowledge; for any thread.</summary>
    public async Task SayGoodbyeAsync()
    {
        Task left = await Loop.AskAsync(now =>
        {
            Shut(now);
            return Machine.IsFarewellPending
                ? (_left = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }).ConfigureAwait(false);
        try
        {
            await left.WaitAsync(FarewellTimeout, _context.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The neighbours do not answer; they will notice by themselves.
        }
    }

    /// <summary>Ends after the inputs that wait, and lets go of everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await Discovery.DisposeAsync().ConfigureAwait(false);
        await Loop.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    private void Perform(PnrpEffect effect)
    {
        switch (effect.News)
        {
            case null:
                _transport.Send(new(effect.Destination.Address, effect.Destination.Port), effect.Datagram.Span);
                break;
            case PnrpNews.Discover discover when IsOpen:
                Discovery.Run(discover.Step);
                break;
            case PnrpNews.Left:
                _left?.TrySetResult();
                break;
            default:
                _tell(effect.News);
                break;
        }
    }

    private void OnDiscovered(Moment now, DiscoveryEffect effect)
    {
        switch (effect)
        {
            case DiscoveryEffect.Found found when IsOpen && (!found.IsHeard || Machine.WantsPeers):
                Meet(now, found.Endpoint);
                break;
            case DiscoveryEffect.SeedsKnown known:
                Machine.SetSeeds([.. known.Seeds]);
                break;
            case DiscoveryEffect.Completed completed when IsOpen:
                Machine.DiscoveryCompleted(now, completed.Step);
                break;
        }
    }

    private void Meet(Moment now, PnrpEndpoint endpoint)
    {
        if (!Network.IsOwn(endpoint))
        {
            PnrpLog.Heard(_context.Logger, Name, endpoint);
            Machine.Synchronize(now, endpoint);
        }
    }

    private void Report(Exception exception)
    {
        PnrpLog.LoopFailed(_context.Logger, Name, exception);
        _context.Observer.Failed(Name, $"The cloud '{Name}' failed to handle an event: {exception.Message}");
    }
}
