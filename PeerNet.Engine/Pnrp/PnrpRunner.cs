using System.Net;
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
    private readonly MachineLoop<PnrpEffect> _loop;
    private readonly DatagramInlet<PnrpEffect> _inlet;
    private CloudDescription _description;
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
        _description = description;
        _transport = transport;
        _context = context;
        _tell = tell;
        Machine = new(context.Suite, context.Random);
        Discovery = new(description, context, transport, found => _loop!.Post(now => OnDiscovered(now, found)));
        _loop = new(
            Machine, Perform, Report, context.Time, WaitingDatagrams, WaitingDatagrams * IDatagramSink.BufferLength)
        {
            // Signatures are checked in it.
            IsOnPool = true,
        };
        _inlet = new(_loop, (now, source, datagram) => Machine.Receive(now, new(source.Address, source.Port), datagram));
    }

    /// <summary>The machine.</summary>
    public PnrpMachine Machine { get; }

    /// <summary>Finds other nodes; for any thread.</summary>
    public DiscoveryRunner Discovery { get; }

    /// <summary>Where datagrams come in; for any thread.</summary>
    public IDatagramSink Datagrams => _inlet;

    /// <summary>The cloud's name, scope and network as they are now; for any thread.</summary>
    public CloudDescription Description => Volatile.Read(ref _description);

    /// <summary>The cloud's name; for any thread.</summary>
    public string Name => Description.Name;

    /// <summary>The addresses that are bound; for any thread.</summary>
    public IReadOnlyList<IPAddress> Addresses => _transport.LocalAddresses;

    /// <summary>The bound addresses that others are told; there are some whenever any is bound.</summary>
    public IReadOnlyList<IPAddress> Published
    {
        get
        {
            IReadOnlyList<IPAddress> bound = _transport.LocalAddresses;
            IPAddress[] published = [.. _description.Published.Where(bound.Contains)];
            return published.Length > 0 ? published : bound;
        }
    }

    /// <summary>The port that is bound; for any thread.</summary>
    public int Port => _transport.Port;

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
        : _transport.LocalAddresses.Count == 0 ? PeerCloudState.NoNetwork
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

    /// <summary>Asks the machine, or what belongs to its loop, and has done what comes of it; for any thread.</summary>
    /// <exception cref="PeerException">The loop has ended.</exception>
    public Task<T> AskAsync<T>(Func<Moment, T> question) => _loop.AskAsync(question);

    /// <inheritdoc cref="AskAsync{T}"/>
    public Task AskAsync(Action<Moment> input) => _loop.AskAsync(now =>
    {
        input(now);
        return true;
    });

    /// <summary>Has an input taken later: what <c>tell</c> is told may lead to one. For any thread.</summary>
    public void Post(Action<Moment> input) => _loop.Post(input);

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

        Discovery.SetNetwork(_description);
        Machine.Open(now, OwnAddresses());
    }

    /// <summary>Closes the cloud, unless it is closed.</summary>
    public void Shut(Moment now)
    {
        if (IsOpen)
        {
            Machine.Close(now);
            Discovery.Withdraw();
            Discovery.SetNetwork(_description.WithoutNetwork());
            IsOpen = false;
        }
    }

    /// <summary>The machine's interfaces have changed (MS-PNRP 3.1.7.1).</summary>
    /// <returns>Whether the cloud's have.</returns>
    public bool SetNetwork(Moment now, CloudDescription description)
    {
        IReadOnlyList<IPAddress> before = _transport.LocalAddresses;
        bool isSame = description.HasSameNetwork(_description);
        Volatile.Write(ref _description, description);

        // Also where nothing has changed: a socket may have failed, or an address may be free by now.
        _transport.SetLocalAddresses(description.Addresses);
        if (isSame && before.SequenceEqual(_transport.LocalAddresses))
        {
            return false;
        }

        if (IsOpen)
        {
            Machine.SetOwnAddresses(now, OwnAddresses());
            Discovery.SetNetwork(description);
        }

        PnrpLog.NetworkChanged(_context.Logger, Name, string.Join(", ", _transport.LocalAddresses));
        return true;
    }

    /// <summary>Closes the cloud, and waits a little for the neighbours to acknowledge; for any thread.</summary>
    public async Task SayGoodbyeAsync()
    {
        Task left = await AskAsync(now =>
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
        await _loop.DisposeAsync().ConfigureAwait(false);
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
        if (!_transport.LocalAddresses.Select(EndpointAt).Contains(endpoint))
        {
            PnrpLog.Heard(_context.Logger, Name, endpoint);
            Machine.Synchronize(now, endpoint);
        }
    }

    private OwnAddresses OwnAddresses()
    {
        IReadOnlyList<IPAddress> published = Published;
        IReadOnlyList<IPAddress> bound = _transport.LocalAddresses;
        return new(
            [.. published.Select(EndpointAt)],
            [.. bound.Except(published).Select(EndpointAt)],
            [.. _description.MachineAddresses.Except(bound).Select(PnrpEndpoint.ToWire)]);
    }

    private PnrpEndpoint EndpointAt(IPAddress address) => PnrpEndpoint.From(new(address, _transport.Port));

    private void Report(Exception exception)
    {
        PnrpLog.LoopFailed(_context.Logger, Name, exception);
        _context.Observer.Failed(Name, $"The cloud '{Name}' failed to handle an event: {exception.Message}");
    }
}
