using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// One cloud of a node: its machine, its sockets, its discovery, and the one loop that touches them. Public methods may
/// be called from anywhere; everything else runs in the loop.
/// </summary>
internal sealed partial class PnrpCloud : IAsyncDisposable
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private readonly CloudContext _context;
    private readonly IDatagramTransport _transport;
    private readonly Mailbox _mailbox = new();
    private readonly PnrpMachine _machine;
    private readonly DiscoveryRunner _discovery;
    private readonly ITimer _timer;
    private readonly Task _loop;
    private CloudDescription _description;
    private TimeSpan _armedFor = TimeSpan.MaxValue;
    private TaskCompletionSource? _farewell;
    private bool _isReceiving;
    private bool _isOpen;
    private bool _isDisabled;
    private bool _isStopped;

    public PnrpCloud(CloudDescription description, IDatagramTransport transport, CloudContext context)
    {
        _description = description;
        _transport = transport;
        _context = context;
        _machine = new(context.Suite, context.Options, context.Random);
        _discovery = new(description, context, transport, found => _mailbox.Post(() => OnDiscovered(found)));
        _timer = context.Time.CreateTimer(
            _ => _mailbox.Post(OnTimer), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(() => _mailbox.RunAsync(Receive, Settle, Fail));
    }

    public string Name => Description.Name;

    /// <summary>The cloud's name, scope and network as they are now.</summary>
    public CloudDescription Description => Volatile.Read(ref _description);

    /// <summary>The port that is bound.</summary>
    public int Port => _transport.Port;

    /// <summary>The addresses that are bound.</summary>
    public IReadOnlyList<IPAddress> Addresses => _transport.LocalAddresses;

    /// <summary>Whether an administrator has closed it.</summary>
    public bool IsDisabled => Volatile.Read(ref _isDisabled);

    private Moment Now => new(_context.Time.GetElapsedTime(0), _context.Time.GetUtcNow());

    private PeerCloudState State =>
        _isDisabled ? PeerCloudState.Disabled
        : !_isOpen ? PeerCloudState.Virtual
        : _transport.LocalAddresses.Count == 0 ? PeerCloudState.NoNetwork
        : _machine.State;

    /// <summary>Opens the cloud unless it is open.</summary>
    /// <exception cref="PeerException">An administrator has closed it.</exception>
    public Task OpenAsync() => _mailbox.AskAsync(() =>
    {
        if (_isDisabled)
        {
            throw PeerErrors.PnrpCloudDisabled.Exception(
                $"The cloud '{Name}' is closed; open it with Set-PeerCloud -State Open.", Name);
        }

        Open();
    });

    /// <summary>Opens the cloud, also after it was closed, or closes it.</summary>
    /// <exception cref="PeerException">Names are registered in a cloud that is to be closed.</exception>
    public Task SetOpenAsync(bool open) => _mailbox.AskAsync(() =>
    {
        if (open)
        {
            _isDisabled = false;
            Open();
        }
        else if (!_isDisabled)
        {
            RequireNoNames("closed", PeerErrors.Busy);
            Shut();
            _isDisabled = true;
        }

        _context.Observer.CloudChanged(Describe(includeCache: false));
    });

    /// <summary>Changes whether the node publishes here.</summary>
    /// <exception cref="PeerException">Names are registered in a cloud that is to resolve only.</exception>
    public Task SetModeAsync(PeerCloudMode mode) => _mailbox.AskAsync(() =>
    {
        if (mode == PeerCloudMode.ResolveOnly)
        {
            RequireNoNames("one that only resolves", PeerErrors.Busy);
        }

        _machine.Mode = mode;
        _context.Observer.CloudChanged(Describe(includeCache: false));
    });

    /// <summary>Replaces the seeds, and looks for other nodes there if none are known.</summary>
    public Task SetSeedsAsync(IReadOnlyList<SeedAddress> seeds) => _mailbox.AskAsync(() =>
    {
        _discovery.Seeds = seeds;
        if (_isOpen && _machine.State != PeerCloudState.Active)
        {
            _discovery.Run(DiscoveryStep.Seeds);
        }
    });

    /// <summary>The cloud as it is.</summary>
    public Task<PeerCloud> DescribeAsync(bool includeCache) => _mailbox.AskAsync(() => Describe(includeCache));

    /// <summary>The machine's interfaces have changed (MS-PNRP 3.1.7.1).</summary>
    public Task SetNetworkAsync(CloudDescription description) => _mailbox.AskAsync(() =>
    {
        IReadOnlyList<IPAddress> before = _transport.LocalAddresses;
        bool isSame = description.HasSameNetwork(_description);
        Volatile.Write(ref _description, description);

        // Also where nothing has changed: a socket may have failed, or an address may be free by now.
        _transport.SetLocalAddresses(description.Addresses);
        if (isSame && before.SequenceEqual(_transport.LocalAddresses))
        {
            return;
        }

        if (_isOpen)
        {
            _machine.SetOwnAddresses(Now, OwnAddresses());
            _discovery.SetNetwork(description);
            PublishOwnAddresses();
        }

        PnrpLog.NetworkChanged(_context.Logger, Name, string.Join(", ", _transport.LocalAddresses));
        _context.Observer.CloudChanged(Describe(includeCache: false));
    });

    /// <summary>Writes down which nodes were used last, for the next start.</summary>
    public async Task RememberAsync()
    {
        IReadOnlyList<PnrpEndpoint> endpoints =
            await _mailbox.AskAsync(() => _machine.GetRecentEndpoints()).ConfigureAwait(false);
        if (endpoints.Count > 0)
        {
            // Outside the loop: a disk may take its time.
            _context.AddressCache.SetEndpoints(Name, endpoints);
        }
    }

    /// <summary>Leaves: withdraws the names and waits a little for the neighbours to acknowledge, unless
    /// <paramref name="farewell"/> is false; then lets go of everything.</summary>
    public async Task StopAsync(bool farewell)
    {
        if (Interlocked.Exchange(ref _isStopped, true))
        {
            return;
        }

        await RememberAsync().ConfigureAwait(false);
        if (farewell)
        {
            await SayGoodbyeAsync().ConfigureAwait(false);
        }

        _mailbox.Post(EndResolves);
        _mailbox.Complete();
        await _loop.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _discovery.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        DisposeRegistrations();
    }

    public async ValueTask DisposeAsync() => await StopAsync(farewell: false).ConfigureAwait(false);

    private void Open()
    {
        if (_isOpen)
        {
            return;
        }

        _isOpen = true;
        if (!_isReceiving)
        {
            _isReceiving = true;
            _transport.Start(_mailbox);
        }

        _discovery.SetNetwork(_description);
        _machine.Open(Now, OwnAddresses());
    }

    private void Shut()
    {
        if (_isOpen)
        {
            _machine.Close(Now);
            _discovery.Withdraw();
            _discovery.SetNetwork(_description.WithoutNetwork());
            _isOpen = false;
        }
    }

    private async Task SayGoodbyeAsync()
    {
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mailbox.Post(() =>
        {
            Shut();
            _farewell = said;
        });
        try
        {
            await said.Task.WaitAsync(FarewellTimeout, _context.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The neighbours do not answer; they will notice by themselves.
        }
    }

    private void Receive(DatagramAddress source, ReadOnlySpan<byte> datagram)
    {
        if (_isReceiving)
        {
            _machine.Receive(Now, new(source.Address, source.Port), datagram);
        }
    }

    private void OnTimer() => _armedFor = TimeSpan.MaxValue;

    /// <summary>After each batch: does what is due and sets the timer for what comes next.</summary>
    private void Settle()
    {
        Moment now = Now;
        _machine.Advance(now);
        foreach (PnrpEffect effect in _machine.TakeEffects())
        {
            Perform(effect);
        }

        if (_farewell is not null && !_machine.IsFarewellPending)
        {
            _farewell.TrySetResult();
        }

        TimeSpan due = _machine.NextDue;
        if (due != _armedFor && due != TimeSpan.MaxValue)
        {
            _armedFor = due;
            TimeSpan wait = due - now.Elapsed;
            _timer.Change(
                wait < ShortestTimer ? ShortestTimer : wait > LongestTimer ? LongestTimer : wait,
                Timeout.InfiniteTimeSpan);
        }
    }

    private void Fail(Exception exception)
    {
        PnrpLog.LoopFailed(_context.Logger, Name, exception);
        _context.Observer.Failed(Name, $"The cloud '{Name}' failed to handle an event: {exception.Message}");
    }

    /// <summary>The bound addresses that others are told; there are some whenever any is bound.</summary>
    private IReadOnlyList<IPAddress> Published
    {
        get
        {
            IReadOnlyList<IPAddress> bound = _transport.LocalAddresses;
            IPAddress[] published = [.. _description.Published.Where(bound.Contains)];
            return published.Length > 0 ? published : bound;
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

    private PeerCloud Describe(bool includeCache) => new()
    {
        Name = Name,
        Scope = _description.Scope,
        ScopeId = _description.ScopeId,
        State = State,
        Mode = _machine.Mode,
        IsLocalName = _description.IsLocalName,
        Seeds = [.. _discovery.Seeds.Select(seed => seed.ToString())],
        Addresses = [.. _transport.LocalAddresses.Select(address => new IPEndPoint(address, _transport.Port))],
        EstimatedSize = _machine.EstimatedSize,
        RegisteredCount = _machine.RegisteredCount,
        CacheCount = _machine.CacheCount,
        Cache = includeCache ? [.. _machine.GetCache(_description.ScopeId)] : [],
        Statistics = Statistics(),
        ClockDoubts = _machine.ClockDoubts,
    };

    private PnrpStatistics Statistics()
    {
        PnrpStatistics statistics = _machine.GetStatistics();
        long early = _transport.Oversized + _mailbox.Overflows;
        return statistics with
        {
            DatagramsIn = statistics.DatagramsIn + early,
            Dropped = new Dictionary<string, long>(statistics.Dropped)
            {
                ["Oversized"] = _transport.Oversized,
                ["QueueFull"] = _mailbox.Overflows,
            },
        };
    }

    private void RequireNoNames(string what, PeerError error)
    {
        if (_registrations.Count > 0)
        {
            string names = string.Join(", ", _registrations.Take(5).Select(r => r.Request.Name.Value));
            string count = string.Create(CultureInfo.InvariantCulture, $"{_registrations.Count}");
            throw error.Exception(
                $"The cloud '{Name}' cannot be {what}: {count} names are registered in it ({names}). "
                + "Unregister them first.",
                Name);
        }
    }
}
