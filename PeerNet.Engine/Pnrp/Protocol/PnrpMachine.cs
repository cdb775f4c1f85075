using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// One node in one cloud: the whole of MS-PNRP 3.1 and 3.2 without sockets, clock or threads. The core opens and closes the
/// cloud, knows its state, and connects the parts.
/// </summary>
internal sealed class PnrpMachine : IMachine<PnrpEffect>
{
    private readonly PnrpContext _context;
    private readonly Messenger _messenger;
    private readonly CpaJudge _judge;
    private readonly Routes _routes;
    private readonly DiscoverySteps _discovery;
    private readonly Requests _requests;
    private readonly Registering _registering;
    private readonly Synchronizing _synchronizing;
    private readonly SplitDetection _splits;
    private readonly Maintenance _maintenance;
    private readonly Receiving _receiving;
    private readonly Leaving _leaving;

    /// <summary>Makes a machine for a cloud that is not open yet.</summary>
    public PnrpMachine(SuiteAlgorithms suite, IRandomSource random)
    {
        _context = new(suite, random);
        _messenger = new(_context);
        _leaving = new(_context, _messenger);
        _judge = new(_context);
        _routes = new(_context, _messenger, _judge);
        var flooding = new Flooding(_context, _messenger, _routes);
        var resolving = new Resolving(_context, _messenger, _routes, _judge);
        _requests = new(_context, resolving);
        _registering = new(_context, _routes, flooding, resolving);
        _discovery = new(_context, _messenger, _routes, SetState);
        _synchronizing = new(_context, _messenger, _routes, _discovery);
        _splits = new(_context, resolving, _discovery);
        _maintenance = new(_context, _messenger, resolving, _registering, _splits, _discovery);
        var answering = new Answering(_context, _messenger, _routes);
        _receiving = new(_context, _messenger, _routes, flooding, answering, resolving, _synchronizing);
        (_routes.Changed, _routes.LeafAdded, _routes.Revoked) = (AfterCacheChange, flooding.FloodNewLeaf, flooding.Revoke);
        (resolving.Finished, resolving.Announced, resolving.SplitTested) =
            (_requests.OnFinished, _registering.OnAnnounced, _splits.OnTested);
        _registering.CentresMoved = _maintenance.BeginGapsAnew;
    }

    /// <summary>What the cloud is doing.</summary>
    public PeerCloudState State => _context.State;

    /// <summary>Whether the node publishes and answers, or only resolves.</summary>
    /// <exception cref="InvalidOperationException">The node has names, and was told only to resolve.</exception>
    public PeerCloudMode Mode
    {
        get => _context.Mode;
        set
        {
            if (value == PeerCloudMode.ResolveOnly && RegisteredCount > 0)
            {
                throw new InvalidOperationException("A node with registered names cannot only resolve.");
            }

            _context.Mode = value;
        }
    }

    /// <summary>When <see cref="Advance"/> is wanted next, on the scale of <see cref="Moment.Elapsed"/>.</summary>
    public TimeSpan NextDue
    {
        get
        {
            if (_requests.IsStarting)
            {
                return _context.Now.Elapsed;
            }

            return Moment.Least(
                _messenger.Pending.NextDue,
                _synchronizing.NextDue,
                _maintenance.NextDue,
                _discovery.NextDue,
                _registering.NextDue,
                _leaving.NextDue);
        }
    }

    /// <summary>Names registered here.</summary>
    public int RegisteredCount => _context.Registrations.Count;

    /// <summary>Entries of the route cache, leaf sets included.</summary>
    public int CacheCount => _context.Cache.Count;

    /// <summary>Estimated number of ids in the cloud, or null while no name has neighbours.</summary>
    public long? EstimatedSize => _context.EstimatedSize;

    /// <summary>Answers in a row, up to the last one, that do not fit this machine's clock.</summary>
    public int ClockDoubts => _judge.ClockDoubts;

    /// <inheritdoc cref="Leaving.IsFarewellPending"/>
    public bool IsFarewellPending => _leaving.IsFarewellPending;

    /// <summary>Whether endpoints that discovery yields are of use: nobody is known, or a split is being looked for.</summary>
    public bool WantsPeers => _splits.WantsPeers;

    /// <summary>Takes what is to be done since the last call, in order; good until the machine is called again.</summary>
    public IReadOnlyList<PnrpEffect> TakeEffects() => _context.Output.Take();

    /// <summary>The counters since the machine was made.</summary>
    public PnrpStatistics GetStatistics() => _context.Counters.ToStatistics();

    /// <summary>The route cache as it is.</summary>
    /// <param name="scopeId">The zone that link-local addresses get.</param>
    public IReadOnlyList<PeerCacheEntry> GetCache(long scopeId = 0) => _context.Cache.Describe(scopeId);

    /// <inheritdoc cref="Routes.ListRecent"/>
    public IReadOnlyList<PnrpEndpoint> GetRecentEndpoints() => _routes.ListRecent();

    /// <summary>The state of a registration, or null where the id is not registered.</summary>
    public PeerRegistrationState? GetRegistrationState(PnrpId id) =>
        _context.Registrations.TryFind(id, out int index) ? _context.Registrations[index].State : null;

    /// <summary>How many neighbours of a registration are known: 0 to 10.</summary>
    public int GetLeafSetCount(PnrpId id) =>
        _context.Registrations.TryFind(id, out int index) ? _context.Registrations[index].Leaves.Count : 0;

    /// <summary>Opens the cloud (MS-PNRP 3.1.4.1): starts to look for other nodes. A cloud closed less than 15 minutes
    /// ago still has its cache.</summary>
    public void Open(Moment now, OwnAddresses own)
    {
        if (_context.IsOpen)
        {
            SetOwnAddresses(now, own);
            return;
        }

        _context.Now = now;
        _leaving.Stop();
        Move(own.Limit());
        _registering.UpdateCentres();
        _maintenance.Begin();
        EnterCloud();
    }

    /// <summary>Withdraws all names, ends all resolves and closes the cloud (MS-PNRP 1.3.3.4, 3.1.4.5). The floods of the
    /// withdrawal are on their way; their resends and ACKs are still handled while the owner goes on feeding.</summary>
    public void Close(Moment now)
    {
        if (!_context.IsOpen)
        {
            return;
        }

        Enter(now);
        while (RegisteredCount > 0)
        {
            _registering.Unregister(_context.Registrations.IdAt(RegisteredCount - 1));
        }

        _requests.EndAll();
        _discovery.Stop();
        _routes.Clear();
        _synchronizing.Clear();
        _maintenance.Stop();
        SetState(PeerCloudState.Disabled);
        _leaving.Begin();
    }

    /// <summary>The node's addresses have changed (MS-PNRP 3.1.7.1, 3.2.7.2). Of more than four the first four count.</summary>
    public void SetOwnAddresses(Moment now, OwnAddresses own)
    {
        OwnAddresses taken = own.Limit();
        if (taken.HasSame(_context.Own))
        {
            return;
        }

        Enter(now);
        bool hadNetwork = _context.HasNetwork;
        bool isPublishedAnew = !taken.Published.SequenceEqual(_context.Own.Published);
        Move(taken);
        if (!isPublishedAnew)
        {
            return;
        }

        _registering.RebuildOwnEntries();
        if (!_context.IsOpen)
        {
            return;
        }

        if (!_context.HasNetwork)
        {
            LoseNetwork();
        }
        else if (!hadNetwork)
        {
            EnterCloud();
        }
        else
        {
            _registering.AnnounceAll();
        }
    }

    /// <summary>The seeds that tests for a split use, as resolved addresses.</summary>
    public void SetSeeds(ReadOnlySpan<PnrpEndpoint> seeds) => _splits.SetSeeds(seeds);

    /// <summary>A datagram has arrived.</summary>
    public void Receive(Moment now, PnrpEndpoint source, ReadOnlySpan<byte> datagram)
    {
        Enter(now);
        _receiving.Receive(source, datagram);
        _requests.StartAll();
        _leaving.Tell();
    }

    /// <summary>Does what is due.</summary>
    public void Advance(Moment now)
    {
        Enter(now);
        _receiving.Retransmit();
        _synchronizing.Expire();
        _requests.StartAll();
        _discovery.Advance();
        _maintenance.Advance();
        _registering.TellLifetimes();
        _leaving.Tell();
        if (_leaving.IsOver())
        {
            CleanUp();
        }
    }

    /// <inheritdoc cref="Registering.Register"/>
    public void Register(Moment now, LocalName name) => Do(now, () => _registering.Register(name));

    /// <inheritdoc cref="Registering.Unregister"/>
    public bool Unregister(Moment now, PnrpId id) => Do(now, () => _registering.Unregister(id));

    /// <inheritdoc cref="Registering.Update"/>
    public void Update(Moment now, PnrpId id, LocalName replacement) => Do(now, () => _registering.Update(id, replacement));

    /// <inheritdoc cref="Registering.SetLifetime"/>
    public void SetLifetime(Moment now, PnrpId id, TimeSpan? lifetime) => Do(now, () => _registering.SetLifetime(id, lifetime));

    /// <inheritdoc cref="Requests.Resolve"/>
    public int Resolve(Moment now, ResolveTarget target) => Do(now, () => _requests.Resolve(target));

    /// <inheritdoc cref="Requests.Cancel"/>
    public ResolveTally CancelResolve(Moment now, int resolve) => Do(now, () => _requests.Cancel(resolve));

    /// <inheritdoc cref="Synchronizing.Synchronize"/>
    public void Synchronize(Moment now, PnrpEndpoint endpoint) => Do(now, () => _synchronizing.Synchronize(endpoint));

    /// <summary>The owner has passed on all endpoints that a discovery step has yielded; where none of them leads
    /// anywhere, the next step is tried at once.</summary>
    public void DiscoveryCompleted(Moment now, DiscoveryStep step)
    {
        Enter(now);
        _discovery.Completed(step);
        _requests.StartAll();
    }

    /// <inheritdoc cref="SplitDetection.Detect"/>
    public void DetectSplit(Moment now, PnrpEndpoint? seed) => Do(now, () => _splits.Detect(seed));

    /// <summary>Empties the route cache; the leaf sets of registered names stay.</summary>
    public void FlushCache(Moment now)
    {
        Enter(now);
        _context.Cache.Flush();
        AfterCacheChange();
    }

    private void Do(Moment now, Action input)
    {
        Enter(now);
        input();
    }

    private T Do<T>(Moment now, Func<T> input)
    {
        Enter(now);
        return input();
    }

    private void Enter(Moment now)
    {
        bool wasSuspended = _context.IsOpen && now.Elapsed - _context.Now.Elapsed > PnrpLimits.SuspendThreshold;
        _context.Now = now;
        if (wasSuspended)
        {
            Resume();
        }
    }

    private void Move(OwnAddresses own)
    {
        _context.Own = own;
        _messenger.Askers.Own = own;
    }

    private void EnterCloud()
    {
        if (!_context.HasNetwork)
        {
            SetState(PeerCloudState.NoNetwork);
            return;
        }

        // What is known from before may be gone: the cache vouches for nothing until somebody answers.
        _maintenance.ReviveCache();
        _discovery.Begin(PeerCloudState.Synchronizing);
        AfterCacheChange();
    }

    private void LoseNetwork()
    {
        _messenger.Clear();
        _routes.Clear();
        _receiving.Clear();
        _synchronizing.Clear();
        _requests.EndAll();
        _discovery.Stop();
        SetState(PeerCloudState.NoNetwork);
        _registering.WaitAll();
    }

    // After a pause nothing that was in flight can be answered any more, and the others may have dropped this node.
    private void Resume()
    {
        _messenger.Pending.RestartAll(_context.Now.Elapsed);
        _synchronizing.Clear();
        _maintenance.Begin();
        _discovery.Restart();
        if (_context.HasNetwork)
        {
            _maintenance.ReviveCache();
            _registering.AnnounceAll();
        }
    }

    // MS-PNRP 3.1.6.1
    private void CleanUp()
    {
        _context.Cache.Clear();
        _messenger.Clear();
        _receiving.Clear();
        SetState(PeerCloudState.Virtual);
    }

    private void SetState(PeerCloudState state)
    {
        if (State != state)
        {
            _context.State = state;
            if (state != PeerCloudState.Synchronizing)
            {
                _requests.Wake();
            }

            _context.Tell(new PnrpNews.StateChanged(state));
        }
    }

    /// <summary>The cache has gained or lost entries: the cloud's state may follow.</summary>
    private void AfterCacheChange()
    {
        if (!_context.IsOpen || !_context.HasNetwork)
        {
            return;
        }

        if (_context.Cache.Count > 0)
        {
            if (State != PeerCloudState.Active)
            {
                _discovery.Stop();
                SetState(PeerCloudState.Active);
                _registering.AnnounceAll();
            }
        }
        else if (State == PeerCloudState.Active)
        {
            _discovery.Begin(PeerCloudState.Synchronizing);
        }
    }
}
