using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// One node in one graph: the whole of MS-PPGRH 3.1 without sockets, clock or threads. Calls must not overlap. The store is
/// the machine's memory: whoever runs the machine commits what is written there before effects leave.
/// </summary>
/// <remarks>Methods that applications call throw <see cref="PeerException"/> for what cannot be done; what the network or
/// the clock bring never throws.</remarks>
internal sealed partial class GraphMachine : IMachine<GraphEffect>
{
    private readonly GraphSettings _settings;
    private readonly GraphOptions _options;
    private readonly IRecordStore _store;
    private readonly IRandomSource _random;
    private readonly GraphCore _core;
    private readonly GraphOutput _output;
    private readonly List<GraphLink> _neighbors;
    private readonly GraphLinks _links;
    private readonly Flooding _flooding;
    private readonly OwnSynchronization _synchronization;
    private readonly ServedSynchronization _serving;

    private Phase _phase;
    private GraphStatus _status;

    /// <summary>Makes a machine for a graph that is not open yet.</summary>
    /// <exception cref="ArgumentException">The options or settings are not valid; the message names every error.</exception>
    public GraphMachine(
        GraphSettings settings, GraphOptions options, IRecordStore store, IRandomSource random)
    {
        List<string> errors = [.. options.Validate(), .. settings.Validate()];
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        }

        _settings = settings;
        _options = options;
        _store = store;
        _random = random;
        _core = new(settings, options, store, random);
        _output = _core.Output;
        _neighbors = _core.Neighbors;
        _referrals = new ReferralList(options.MaximumReferrals);
        _links = new(_core, AfterLink);
        _flooding = new(_core, _links, IsSound, AfterPut);
        _records = new(_core, (record, message, change) => _flooding.Spread(record, message, change));
        _synchronization = new(_core, _links, link => _serving!.Work(link), () => _expiration!.Resume());
        _serving = new(_core, _links, _flooding, _synchronization);
        _signature = new(_core, _records, AfterSignature);
        _info = new(_core, _records, _signature, () => _presence!.Maintain());
        _presence = new(_core, _records, node => _lost.Remove(node.NodeId), TellNode);
        _contacts = new(_core, _records, _signature, AfterContact);
        _expiration = new(_core, Purge);
        _retryDelay = options.RetryInterval;
    }

    private enum Phase
    {
        New,
        Open,
        Closed,
    }

    /// <summary>This node's id in the graph: chance, anew with each machine.</summary>
    public ulong NodeId => _core.NodeId;

    /// <summary>What the graph is doing.</summary>
    public GraphStatus Status => _status;

    /// <summary>Whether records may be published: the graph was created here, or has been synchronized once.</summary>
    /// <remarks>The specification's fNeverConnected is described with opposite meanings (MS-PPGRH 3.1.1, 3.1.4): this is
    /// true when there is a database that others can be served from.</remarks>
    public bool IsReady => _core.IsReady;

    /// <summary>The graph's properties; null before they are known.</summary>
    public GraphProperties? Properties => _core.Properties;

    /// <summary>How much this node's clock is ahead of peer time; what the owner keeps for the next <see cref="Open"/>.</summary>
    public TimeSpan PeerTimeDelta => _core.Clock.Delta;

    /// <summary>The graph's time at the last call.</summary>
    public PeerTime PeerNow => _core.PeerNow;

    /// <summary>The peer time up to which the database was in touch with others: now while there are neighbors, else when
    /// the last one was lost; null if there has never been one. What the owner keeps for the next <see cref="Open"/>.</summary>
    public PeerTime? LastConnected => _neighbors.Count > 0 ? PeerNow : _core.LastConnected;

    /// <summary>The lowest node id that is known, from the signature record; null without one.</summary>
    public ulong? Signature => _signature.Value;

    /// <inheritdoc cref="Contacts.Minimum"/>
    public int MinimumContacts => _contacts.Minimum;

    /// <summary>When <see cref="Advance"/> is wanted next, on the scale of <see cref="Moment.Elapsed"/>.</summary>
    public TimeSpan NextDue
    {
        get
        {
            if (_phase != Phase.Open)
            {
                return TimeSpan.MaxValue;
            }

            TimeSpan due = Earlier(_maintenanceDue, _retryDue);
            due = Earlier(due, _signature.Due);
            due = Earlier(due, _contacts.Due);
            due = Earlier(due, _partitionDue);
            due = Earlier(due, _presence.Due);
            due = Earlier(due, _info.Due);
            due = Earlier(due, _expiration.Due);
            due = Earlier(due, _records.Due);
            due = Earlier(due, _missingDue);
            foreach (GraphLink link in _links.All)
            {
                due = Earlier(due, LinkDue(link));
            }

            return due;
        }
    }

    /// <summary>Makes a new graph (MS-PPGRH 3.1.4.1). The store must be empty.</summary>
    /// <exception cref="PeerException">InvalidArgument for properties that cannot be, or what the store or the provider
    /// say.</exception>
    public void Create(Moment now, GraphProperties properties)
    {
        RequirePhase(Phase.New);
        _info.Require(properties);
        Begin(now, TimeSpan.Zero);
        _info.Create(properties);
        _core.IsReady = true;
        _core.HasSynchronized = true;
        Settle();
    }

    /// <summary>Opens the graph with the records in the store (MS-PPGRH 3.1.4.2). Presence, contact and signature records
    /// are purged, and so are records that break a rule or that the provider rejects.</summary>
    /// <param name="now">The time.</param>
    /// <param name="peerTimeDelta">What <see cref="PeerTimeDelta"/> was when the graph was closed; zero if not known.</param>
    /// <param name="lastConnected">What <see cref="LastConnected"/> was; null if not known.</param>
    /// <param name="isJudged">Whether the provider has judged the records when they came. Of those that it has, one that it
    /// cannot judge any more stays; others wait among the deferred ones.</param>
    /// <exception cref="PeerException">What the store says.</exception>
    public void Open(Moment now, TimeSpan peerTimeDelta, PeerTime? lastConnected, bool isJudged = true)
    {
        RequirePhase(Phase.New);
        Begin(now, peerTimeDelta);
        _core.LastConnected = lastConnected;
        LoadDatabase(isJudged);
        Settle();
    }

    /// <summary>Leaves the graph (MS-PPGRH 3.1.4.12): withdraws what this node has published about itself, says
    /// DISCONNECT and closes every connection. The machine cannot be used afterwards.</summary>
    public void Close(Moment now)
    {
        if (_phase != Phase.Open)
        {
            return;
        }

        Enter(now);
        _contacts.Withdraw();
        _presence.Withdraw();
        _signature.Withdraw();
        _core.LastConnected = LastConnected;
        _phase = Phase.Closed;

        // All are told of the others before the first of them is gone.
        (GraphLink Link, ReadOnlyMemory<byte> Farewell)[] leaving =
            [.. _links.All.Select(link => (link, _links.GetFarewell(link, DisconnectReason.Leaving)))];
        foreach ((GraphLink link, ReadOnlyMemory<byte> farewell) in leaving)
        {
            if (link.State == LinkState.Connected)
            {
                _flooding.FlushAcks(link);
            }

            _links.Drop(link, ConnectionEnd.Closed, farewell);
        }

        UpdateStatus();
    }

    /// <summary>Ends at once; nobody is told.</summary>
    public void Abandon() => _phase = Phase.Closed;

    /// <summary>The owner accepts connections at these addresses (MS-PPGRH 3.1.4.8), or at these from now on (3.1.7.23);
    /// none when it no longer does.</summary>
    /// <exception cref="PeerException">GraphNotReady: the database was never synchronized (MS-PPGRH 1.3.2).</exception>
    public void Listen(Moment now, ReadOnlySpan<GraphEndpoint> addresses)
    {
        RequirePhase(Phase.Open);
        if (!_core.IsReady && !addresses.IsEmpty)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{_settings.GraphId}' has never been synchronized, so nobody can connect to it here yet.",
                _settings.GraphId);
        }

        Enter(now);
        GraphEndpoint[] taken = TakeEndpoints(addresses);
        if (taken.AsSpan().SequenceEqual(_core.Endpoints))
        {
            return;
        }

        _core.Endpoints = taken;
        AnnounceEndpoints();
        Settle();
    }

    /// <summary>Does what is due.</summary>
    public void Advance(Moment now)
    {
        if (_phase != Phase.Open)
        {
            return;
        }

        Enter(now);
        AdvanceLinks();
        _signature.Advance();
        _contacts.Advance();
        AdvancePartition();
        _presence.Advance();
        _info.Advance();
        _expiration.Advance();
        _records.Advance();
        AdvanceMissing();
        AdvanceMaintenance();
        Settle();
    }

    /// <inheritdoc/>
    public IReadOnlyList<GraphEffect> TakeEffects() => _output.Take();

    /// <summary>Changes the graph's properties; only its creator may.</summary>
    /// <exception cref="PeerException">NotAuthorized, GraphNotReady, InvalidArgument, or what the provider or the store
    /// say.</exception>
    public void SetProperties(Moment now, GraphProperties properties)
    {
        RequireReady();
        Enter(now);
        _info.Change(properties);
        Settle();
    }

    /// <summary>Whether this node publishes its presence whatever the graph's properties say (MS-PPGRH 3.1.4.6). If not, the
    /// properties decide.</summary>
    public void SetPresence(Moment now, bool isForced)
    {
        RequireReady();
        Enter(now);
        _presence.Force(isForced);
        Settle();
    }

    /// <summary>What the presence record says about this node.</summary>
    /// <exception cref="PeerException">InvalidAttributes where it is longer than 4,096 characters or contains NUL.</exception>
    public void SetNodeAttributes(Moment now, string attributes)
    {
        RequirePhase(Phase.Open);
        if (attributes.Length > PresencePayload.MaximumAttributes || attributes.Contains('\0', StringComparison.Ordinal))
        {
            throw PeerErrors.InvalidAttributes.Exception(
                $"The attributes of a node have up to {PresencePayload.MaximumAttributes} characters and no NUL.", attributes);
        }

        Enter(now);
        _presence.Describe(attributes);
        Settle();
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => GraphCore.Earlier(left, right);

    private void Enter(Moment now) => _core.Clock.Enter(now);

    private void Count(GraphDropReason reason) => _core.Count(reason);

    private void AfterSignature()
    {
        _contacts.Refresh();
        DetectPartition();
    }

    private void AfterContact(KnownNode node)
    {
        _lost.Remove(node.NodeId);
        DetectPartition();
    }

    /// <summary>Takes a new neighbor's time into account.</summary>
    private void AdjustTime(GraphLink link, PeerTime welcomeTime)
    {
        PeerTime remote = welcomeTime + ((_core.Elapsed - link.ConnectSent) / 2);
        if (!_core.Clock.TryAdjust(remote, isFirst: _neighbors.Count == 0))
        {
            Count(GraphDropReason.ImplausibleTime);
            return;
        }

        _expiration.Schedule();
        _records.Schedule();
        _info.Schedule();
    }

    private void RequirePhase(Phase phase)
    {
        if (_phase == phase)
        {
            return;
        }

        throw (_phase == Phase.Closed ? PeerErrors.GraphShuttingDown : PeerErrors.InvalidGraph).Exception(
            _phase == Phase.New ? "The graph is not open." : "The graph is open already, or has been closed.",
            _settings.GraphId);
    }

    private void RequireReady()
    {
        RequirePhase(Phase.Open);
        if (!_core.IsReady)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{_settings.GraphId}' is not synchronized yet: connect to one of its nodes first.",
                _settings.GraphId);
        }
    }

    private void Begin(Moment now, TimeSpan delta)
    {
        _core.Clock.Begin(now, delta);
        _phase = Phase.Open;

        // MS-PPGRH 3.1.4.1, 3.1.4.2
        _expiration.Begin();
    }

    private static GraphEndpoint[] TakeEndpoints(ReadOnlySpan<GraphEndpoint> addresses)
    {
        List<GraphEndpoint> taken = [];
        foreach (GraphEndpoint address in addresses)
        {
            if (address.IsUsable && !taken.Contains(address) && taken.Count < PeerAddresses.MaximumCount)
            {
                taken.Add(address);
            }
        }

        return [.. taken];
    }

    // MS-PPGRH 3.1.4.8, 3.1.7.23
    private void AnnounceEndpoints()
    {
        if (_core.Endpoints.Length > 0)
        {
            ReadOnlyMemory<byte> update = GraphMessage.Encode(new ConnectMessage
            {
                IsUpdate = true,
                NodeId = NodeId,
                Endpoints = _core.Endpoints,
                FriendlyName = _settings.FriendlyName,
            });
            foreach (GraphLink neighbor in _neighbors)
            {
                _links.Send(neighbor, update);
            }
        }

        _contacts.Refresh();
        _presence.Refresh();
        _presence.Maintain();

        // The first period is shortened by chance: nodes that one script starts would look for other parts of a split
        // graph all at the same time, and at no other.
        TimeSpan firstPeriod = MaintenanceInterval - _random.NextTimeSpan(MaintenanceInterval / 2);
        _maintenanceDue = Earlier(_maintenanceDue, _core.Elapsed + firstPeriod);
        _core.IsMaintenanceWanted = true;
    }

    /// <summary>What every call ends with: closes what has to be closed, and maintains the graph if something has happened
    /// that asks for it.</summary>
    private void Settle()
    {
        _links.Settle();
        if (_core.IsMaintenanceWanted && _phase == Phase.Open)
        {
            _core.IsMaintenanceWanted = false;
            Maintain(isPeriodic: false);
        }

        UpdateStatus();
    }

    private void UpdateStatus()
    {
        GraphStatus status = GraphStatus.None;
        if (_phase == Phase.Open)
        {
            status |= _core.Endpoints.Length > 0 ? GraphStatus.Listening : 0;
            status |= _neighbors.Count > 0 ? GraphStatus.HasConnections : 0;
            status |= _core.HasSynchronized ? GraphStatus.Synchronized : 0;
        }

        if (status != _status)
        {
            _status = status;
            _output.Do(new GraphDeed.StatusChanged());
        }
    }

    private void AfterPut(GraphRecord record)
    {
        if (record.IsDeleted)
        {
            _records.Forget(record.Id);
        }

        _expiration.By(record.Expires);
        AfterInternalPut(record);
    }

    private void AfterLink(GraphLink link, ConnectionEnd end, FormerLink former)
    {
        if (former.IsNeighbor && end == ConnectionEnd.Lost)
        {
            MissNeighbor(link);
        }

        if (former.IsConnecting && _phase == Phase.Open)
        {
            AfterFailedAttempt(link, end);
        }
    }

    private void AdvanceLinks()
    {
        for (int i = _links.All.Count - 1; i >= 0; i--)
        {
            // What is done for one link may end others.
            if (i < _links.All.Count)
            {
                AdvanceLink(_links.All[i]);
            }
        }
    }

    private void AdvanceLink(GraphLink link)
    {
        if (_core.Elapsed >= link.Deadline)
        {
            // MS-PPGRH 3.1.6.1, 3.1.6.2
            bool isAuthenticated = link.State is LinkState.ConnectWait or LinkState.Authenticated;
            Count(isAuthenticated ? GraphDropReason.ConnectTimeout : GraphDropReason.NotAuthenticated);
            _links.Drop(link, isAuthenticated ? ConnectionEnd.TimedOut : ConnectionEnd.NotAuthenticated);
            return;
        }

        if (_core.Elapsed >= SilenceDue(link))
        {
            _links.Drop(link, ConnectionEnd.Lost);
            return;
        }

        if (_core.Elapsed >= link.AckDue)
        {
            _flooding.FlushAcks(link);
        }

        if (_core.Elapsed >= PingDue(link))
        {
            _links.Send(link, Ping);
        }

        _serving.Work(link);
    }

    private TimeSpan LinkDue(GraphLink link)
    {
        if (_serving.HasWork(link))
        {
            return _core.Elapsed;
        }

        return Earlier(Earlier(link.Deadline, link.AckDue), Earlier(SilenceDue(link), PingDue(link)));
    }

    private TimeSpan PingDue(GraphLink link) => link.IsNeighbor ? link.LastSent + _options.KeepAlive : TimeSpan.MaxValue;

    /// <summary>When a connection is taken for dead: records are acknowledged, synchronizations go on, and who has nothing
    /// to say pings.</summary>
    private TimeSpan SilenceDue(GraphLink link)
    {
        TimeSpan due = link.WaitingSince is { } since ? since + _options.SilenceLimit : TimeSpan.MaxValue;
        return link.Sync is { IsWaiting: true } ? Earlier(due, link.LastProgress + _options.SilenceLimit) : due;
    }
}
