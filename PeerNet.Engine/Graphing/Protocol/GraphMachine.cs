using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
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
    private readonly GraphOutput _output = new();
    private readonly Guid[] _prioritizedTypes;

    private Moment _now;
    private Phase _phase;
    private GraphEndpoint[] _endpoints = [];
    private GraphStatus _status;
    private bool _isReady;
    private bool _hasSynchronized;

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
        _prioritizedTypes =
        [
            .. settings.PrioritizedTypes.Distinct()
                .Where(type => type != RecordTypes.GraphInfo && type != RecordTypes.Presence),
        ];
        _referrals = new ReferralList(options.MaximumReferrals);
        _presences = new NodeTable(options.MaximumKnownNodes);
        _contacts = new NodeTable(options.MaximumKnownNodes);
        _recent = new RecentFloods(options.RecentRecords, options.RecentBytes);
        _deferred = new DeferredRecords(options.MaximumDeferred, options.MaximumDeferredBytes);
        _retryDelay = options.RetryInterval;

        // 0 says "not known" here, and is no less random than others.
        NodeId = Math.Max(1, random.NextUInt64());
    }

    private enum Phase
    {
        New,
        Open,
        Closed,
    }

    /// <summary>This node's id in the graph: chance, anew with each machine.</summary>
    public ulong NodeId { get; }

    /// <summary>What the graph is doing.</summary>
    public GraphStatus Status => _status;

    /// <summary>Whether records may be published: the graph was created here, or has been synchronized once.</summary>
    /// <remarks>The specification's fNeverConnected is described with opposite meanings (MS-PPGRH 3.1.1, 3.1.4): this is
    /// true when there is a database that others can be served from.</remarks>
    public bool IsReady => _isReady;

    /// <summary>The graph's properties; null before they are known.</summary>
    public GraphProperties? Properties { get; private set; }

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
            due = Earlier(due, _signatureDue);
            due = Earlier(due, _contactDue);
            due = Earlier(due, _partitionDue);
            due = Earlier(due, _presenceDue);
            due = Earlier(due, _graphInfoDue);
            due = Earlier(due, _expirationDue);
            due = Earlier(due, _autoRefreshDue);
            due = Earlier(due, _missingDue);
            foreach (GraphLink link in _linkOrder)
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
        RequireProperties(properties);
        Begin(now, TimeSpan.Zero);
        GraphRecord record = NewRecord(
            RecordTypes.GraphInfo, Payloads.GraphInfoPayload.Encode(properties), PeerNow + _options.GraphInfoLifetime);
        Publish(Secure(record, RecordAction.Add), RecordChange.Added);
        _isReady = true;
        _hasSynchronized = true;
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
        _lastConnected = lastConnected;
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
        WithdrawContact();
        WithdrawPresence();
        WithdrawSignature();
        _lastConnected = LastConnected;
        _phase = Phase.Closed;

        // All are told of the others before the first of them is gone.
        (GraphLink Link, ReadOnlyMemory<byte> Farewell)[] leaving =
            [.. _linkOrder.Select(link => (link, GetFarewell(link, DisconnectReason.Leaving)))];
        foreach ((GraphLink link, ReadOnlyMemory<byte> farewell) in leaving)
        {
            if (link.State == LinkState.Connected)
            {
                FlushAcks(link);
            }

            Drop(link, ConnectionEnd.Closed, farewell);
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
        if (!_isReady && !addresses.IsEmpty)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{_settings.GraphId}' has never been synchronized, so nobody can connect to it here yet.",
                _settings.GraphId);
        }

        Enter(now);
        GraphEndpoint[] taken = TakeEndpoints(addresses);
        if (taken.AsSpan().SequenceEqual(_endpoints))
        {
            return;
        }

        _endpoints = taken;
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
        AdvanceSignature();
        AdvanceContacts();
        AdvancePartition();
        AdvancePresence();
        AdvanceGraphInfo();
        AdvanceExpiration();
        AdvanceAutoRefresh();
        AdvanceMissing();
        AdvanceMaintenance();
        Settle();
    }

    /// <inheritdoc/>
    public IReadOnlyList<GraphEffect> TakeEffects() => _output.Take();

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left <= right ? left : right;

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
        if (!_isReady)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{_settings.GraphId}' is not synchronized yet: connect to one of its nodes first.",
                _settings.GraphId);
        }
    }

    private void Begin(Moment now, TimeSpan delta)
    {
        _now = now;
        _delta = delta;
        _phase = Phase.Open;

        // MS-PPGRH 3.1.4.1, 3.1.4.2
        _expirationDue = now.Elapsed;
    }

    private static GraphEndpoint[] TakeEndpoints(ReadOnlySpan<GraphEndpoint> addresses)
    {
        List<GraphEndpoint> taken = [];
        foreach (GraphEndpoint address in addresses)
        {
            if (address.IsUsable && !taken.Contains(address) && taken.Count < Payloads.PeerAddresses.MaximumCount)
            {
                taken.Add(address);
            }
        }

        return [.. taken];
    }

    // MS-PPGRH 3.1.4.8, 3.1.7.23
    private void AnnounceEndpoints()
    {
        if (_endpoints.Length > 0)
        {
            ReadOnlyMemory<byte> update = GraphMessage.Encode(new ConnectMessage
            {
                IsUpdate = true,
                NodeId = NodeId,
                Endpoints = _endpoints,
                FriendlyName = _settings.FriendlyName,
            });
            foreach (GraphLink neighbor in _neighbors)
            {
                Send(neighbor, update);
            }
        }

        RefreshContact();
        RefreshPresence();
        MaintainPresence();

        // The first period is shortened by chance: nodes that one script starts would look for other parts of a split
        // graph all at the same time, and at no other.
        TimeSpan firstPeriod = MaintenanceInterval - _random.NextTimeSpan(MaintenanceInterval / 2);
        _maintenanceDue = Earlier(_maintenanceDue, _now.Elapsed + firstPeriod);
        _isMaintenanceWanted = true;
    }

    /// <summary>What every call ends with: closes what has to be closed, and maintains the graph if something has happened
    /// that asks for it.</summary>
    private void Settle()
    {
        while (_doomed.TryDequeue(out (GraphLink Link, ConnectionEnd End) doomed))
        {
            Drop(doomed.Link, doomed.End, DisconnectReason.LeastUseful);
        }

        if (_isMaintenanceWanted && _phase == Phase.Open)
        {
            _isMaintenanceWanted = false;
            Maintain(isPeriodic: false);
        }

        UpdateStatus();
    }

    private void UpdateStatus()
    {
        GraphStatus status = GraphStatus.None;
        if (_phase == Phase.Open)
        {
            status |= _endpoints.Length > 0 ? GraphStatus.Listening : 0;
            status |= _neighbors.Count > 0 ? GraphStatus.HasConnections : 0;
            status |= _hasSynchronized ? GraphStatus.Synchronized : 0;
        }

        if (status != _status)
        {
            _status = status;
            _output.Do(new GraphDeed.StatusChanged());
        }
    }
}
