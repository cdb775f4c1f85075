using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// One node in one cloud: the whole of MS-PNRP 3.1 and 3.2 without sockets, clock or threads.
/// </summary>
internal sealed partial class PnrpMachine : IMachine<PnrpEffect>
{
    private readonly SuiteAlgorithms _suite;
    private readonly PnrpOptions _options;
    private readonly IRandomSource _random;
    private readonly PnrpOutput _output = new();
    private readonly RouteCache _cache = new();
    private readonly IdRing<Registration> _registrations = new();
    private readonly PendingList _pending;
    private readonly Reassembly _reassembly;
    private readonly Conversations _conversations;
    private readonly Askers _askers;
    private readonly ClockWatch _clock = new();

    private Moment _now;
    private OwnAddresses _own = new([]);
    private PnrpEndpoint[] _seeds = [];
    private TimeSpan _cleanUpDue = TimeSpan.MaxValue;
    private PeerCloudMode _mode;
    private bool _isLeaving;

    /// <summary>Makes a machine for a cloud that is not open yet.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message names every error.</exception>
    public PnrpMachine(SuiteAlgorithms suite, PnrpOptions options, IRandomSource random)
    {
        IReadOnlyList<string> errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        }

        _suite = suite;
        _options = options;
        _random = random;
        _mode = options.Mode;
        _pending = new PendingList(options);
        _reassembly = new Reassembly(options);
        _conversations = new Conversations(suite, options);
        _askers = new Askers(options);
    }

    /// <summary>What the cloud is doing.</summary>
    public PeerCloudState State { get; private set; } = PeerCloudState.Virtual;

    /// <summary>Whether the node publishes and answers, or only resolves.</summary>
    /// <exception cref="InvalidOperationException">The node has names, and was told only to resolve.</exception>
    public PeerCloudMode Mode
    {
        get => _mode;
        set
        {
            if (value == PeerCloudMode.ResolveOnly && _registrations.Count > 0)
            {
                throw new InvalidOperationException("A node with registered names cannot only resolve.");
            }

            _mode = value;
        }
    }

    /// <summary>When <see cref="Advance"/> is wanted next, on the scale of <see cref="Moment.Elapsed"/>.</summary>
    public TimeSpan NextDue
    {
        get
        {
            if (_starting.Count > 0)
            {
                return _now.Elapsed;
            }

            TimeSpan due = _pending.NextDue;
            due = Earlier(due, _conversations.NextDue);
            due = Earlier(due, _maintenanceDue);
            due = Earlier(due, _discoveryDue);
            due = Earlier(due, _lifetimes.NextDue);
            return Earlier(due, _cleanUpDue);
        }
    }

    /// <summary>Names registered here.</summary>
    public int RegisteredCount => _registrations.Count;

    /// <summary>Entries of the route cache, leaf sets included.</summary>
    public int CacheCount => _cache.Count;

    /// <summary>Answers in a row, up to the last one, that do not fit this machine's clock.</summary>
    public int ClockDoubts => _clock.Doubts;

    /// <summary>Whether floods still wait for their ACK: what an unregistering or closing node should stay for.</summary>
    public bool IsFarewellPending => _pending.Any(PendingKind.Flood);

    private bool IsOpen => State is not (PeerCloudState.Virtual or PeerCloudState.Disabled or PeerCloudState.Dead);

    private bool HasNetwork => !_own.IsEmpty;

    /// <summary>Opens the cloud (MS-PNRP 3.1.4.1): starts to look for other nodes. A cloud closed less than 15 minutes
    /// ago still has its cache.</summary>
    public void Open(Moment now, OwnAddresses own)
    {
        if (IsOpen)
        {
            SetOwnAddresses(now, own);
            return;
        }

        _now = now;
        _cleanUpDue = TimeSpan.MaxValue;
        _own = own.Limit(_options.MaximumLocalEndpoints);
        _askers.Own = _own;
        UpdateCentres();
        ScheduleFirstMaintenance();
        EnterCloud();
    }

    /// <summary>Withdraws all names, ends all resolves and closes the cloud (MS-PNRP 1.3.3.4, 3.1.4.5). The floods of the
    /// withdrawal are on their way; their resends and ACKs are still handled while the owner goes on feeding.</summary>
    public void Close(Moment now)
    {
        if (!IsOpen)
        {
            return;
        }

        Enter(now);
        while (_registrations.Count > 0)
        {
            Unregister(now, _registrations.IdAt(_registrations.Count - 1));
        }

        EndAllResolves();
        StopDiscovery();
        _pendingRoutes.Clear();
        _conversations.Clear();
        _maintenanceDue = TimeSpan.MaxValue;
        _cleanUpDue = now.Elapsed + _options.CleanUpDelay;
        SetState(PeerCloudState.Disabled);
        _isLeaving = IsFarewellPending;
    }

    /// <summary>The node's addresses have changed (MS-PNRP 3.1.7.1, 3.2.7.2). Of more than four the first four count.</summary>
    public void SetOwnAddresses(Moment now, OwnAddresses own)
    {
        OwnAddresses taken = own.Limit(_options.MaximumLocalEndpoints);
        if (taken.HasSame(_own))
        {
            return;
        }

        Enter(now);
        bool hadNetwork = HasNetwork;
        bool isPublishedAnew = !taken.Published.SequenceEqual(_own.Published);
        _own = taken;
        _askers.Own = taken;
        if (!isPublishedAnew)
        {
            return;
        }

        RebuildOwnEntries();
        if (!IsOpen)
        {
            return;
        }

        if (!HasNetwork)
        {
            LoseNetwork();
        }
        else if (!hadNetwork)
        {
            EnterCloud();
        }
        else
        {
            AnnounceAll();
        }
    }

    /// <summary>The seeds that tests for a split use, as resolved addresses.</summary>
    public void SetSeeds(ReadOnlySpan<PnrpEndpoint> seeds)
    {
        _seeds = seeds.ToArray();
        _seedIndex = 0;
    }

    /// <summary>Takes what is to be done since the last call, in order; good until the machine is called again.</summary>
    public IReadOnlyList<PnrpEffect> TakeEffects() => _output.Take();

    /// <summary>Does what is due.</summary>
    public void Advance(Moment now)
    {
        Enter(now);
        Retransmit();
        _conversations.Expire(now.Elapsed);
        StartResolves();
        AdvanceDiscovery();
        AdvanceMaintenance();
        TellLifetimes();
        TellLeft();
        if (now.Elapsed >= _cleanUpDue)
        {
            CleanUp();
        }
    }

    /// <summary>Empties the route cache; the leaf sets of registered names stay.</summary>
    public void FlushCache(Moment now)
    {
        Enter(now);
        _cache.Flush();
        AfterCacheChange();
    }

    private void TellLeft()
    {
        if (_isLeaving && !IsFarewellPending)
        {
            _isLeaving = false;
            _output.Tell(new PnrpNews.Left());
        }
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left <= right ? left : right;

    private void Enter(Moment now)
    {
        bool wasSuspended = IsOpen && now.Elapsed - _now.Elapsed > _options.SuspendThreshold;
        _now = now;
        if (wasSuspended)
        {
            Resume();
        }
    }

    private void EnterCloud()
    {
        if (!HasNetwork)
        {
            SetState(PeerCloudState.NoNetwork);
            return;
        }

        // What is known from before may be gone: the cache vouches for nothing until somebody answers.
        ReviveCache();
        BeginDiscovery(PeerCloudState.Synchronizing);
        AfterCacheChange();
    }

    private void LoseNetwork()
    {
        ClearPending();
        _pendingRoutes.Clear();
        _reassembly.Clear();
        _conversations.Clear();
        EndAllResolves();
        StopDiscovery();
        SetState(PeerCloudState.NoNetwork);
        ForEachRegistration(registration => SetRegistrationState(registration, PeerRegistrationState.Waiting));
    }

    private void ClearPending()
    {
        _pending.Clear();
        _askers.EndGreetings();
    }

    // After a pause nothing that was in flight can be answered any more, and the others may have dropped this node.
    private void Resume()
    {
        _pending.RestartAll(_now.Elapsed);
        _conversations.Clear();
        _maintenanceDue = _now.Elapsed + _random.NextTimeSpan(_options.SparseMaintenanceInterval);
        if (_discoveryDue != TimeSpan.MaxValue)
        {
            _discoveryDue = _now.Elapsed + _options.DiscoveryStepTimeout;
        }

        if (HasNetwork)
        {
            ReviveCache();
            AnnounceAll();
        }
    }

    // MS-PNRP 3.1.6.1
    private void CleanUp()
    {
        _cleanUpDue = TimeSpan.MaxValue;
        _cache.Clear();
        ClearPending();
        _reassembly.Clear();
        SetState(PeerCloudState.Virtual);
    }

    private void SetState(PeerCloudState state)
    {
        if (State != state)
        {
            State = state;
            if (state != PeerCloudState.Synchronizing)
            {
                WakeResolves();
            }

            _output.Tell(new PnrpNews.StateChanged(state));
        }
    }

    /// <summary>The cache has gained or lost entries: the cloud's state may follow.</summary>
    private void AfterCacheChange()
    {
        if (!IsOpen || !HasNetwork)
        {
            return;
        }

        if (_cache.Count > 0)
        {
            if (State != PeerCloudState.Active)
            {
                StopDiscovery();
                SetState(PeerCloudState.Active);
                AnnounceAll();
            }
        }
        else if (State == PeerCloudState.Active)
        {
            BeginDiscovery(PeerCloudState.Synchronizing);
        }
    }
}
