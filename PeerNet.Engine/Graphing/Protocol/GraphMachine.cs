using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// One node in one graph: the whole of MS-PPGRH 3.1 without sockets, clock or threads. Calls must not overlap. The store is
/// the machine's memory: whoever runs the machine commits what is written there before effects leave.
/// </summary>
/// <remarks>Methods that applications call throw <see cref="PeerException"/> for what cannot be done; what the network or
/// the clock bring never throws.</remarks>
internal sealed class GraphMachine : IMachine<GraphEffect>
{
    private readonly GraphCore _core;
    private readonly GraphStanding _standing;
    private readonly GraphLinks _links;
    private readonly LinkUpkeep _upkeep;
    private readonly Handshakes _handshakes;
    private readonly Flooding _flooding;
    private readonly OwnSynchronization _synchronization;
    private readonly ServedSynchronization _serving;
    private readonly MessageRoutes _routes;
    private readonly OwnRecords _own;
    private readonly InternalRecords _records;
    private readonly GraphMaintenance _maintenance;
    private readonly OwnEndpoints _endpoints;
    private readonly Farewells _farewells;
    private readonly ApplicationRecords _applications;
    private readonly ApplicationLinks _requests;

    /// <summary>Makes a machine for a graph that is not open yet.</summary>
    /// <exception cref="ArgumentException">The options or settings are not valid; the message names every error.</exception>
    public GraphMachine(
        GraphSettings settings, GraphOptions options, IRecordStore store, IRandomSource random)
    {
        settings.RequireValid(options);
        _core = new(settings, options, store, random);
        _standing = new(_core);
        _links = new(_core, (link, end, former) => _maintenance!.Ended(link, end, former));
        _flooding = new(_core, _links, record => _records!.IsSound(record), record => _records!.Kept(record));
        _own = new(_core, (record, message, change) => _flooding.Spread(record, message, change));
        _records = new(_core, _own, _links, _flooding, () => _maintenance!.DetectPartition());
        var candidates = new Candidates(_core, _links, _records);
        _maintenance = new(_core, _links, _records, candidates);
        _farewells = new(_links, _flooding);
        _endpoints = new(_core, _links, _records, _maintenance);
        _synchronization = new(_core, _links, link => _serving!.Work(link), _records.Expiration.Resume);
        _serving = new(_core, _links, _flooding, _synchronization);
        _upkeep = new(_core, _links, _flooding, _serving);
        _handshakes = new(_core, _links, _records, _maintenance, candidates, _synchronization);
        _routes = new(_core, _links, _handshakes, _flooding, _synchronization, _serving);
        _applications = new(_core, _own);
        _requests = new(_core, _links, _maintenance);
    }

    /// <summary>This node's id in the graph: chance, anew with each machine.</summary>
    public ulong NodeId => _core.NodeId;

    /// <summary>Whether the graph is open: created or opened, and not left.</summary>
    public bool IsOpen => _core.IsOpen;

    /// <summary>What the graph is doing.</summary>
    public PeerGraphStatus Status => _standing.Status;

    /// <summary>Whether records may be published: the graph was created here, or has been synchronized once.</summary>
    /// <remarks>The specification's fNeverConnected is described with opposite meanings (MS-PPGRH 3.1.1, 3.1.4): this is
    /// true when there is a database that others can be served from.</remarks>
    public bool IsReady => _core.IsReady;

    /// <summary>Whether records are still to be judged that were kept before.</summary>
    public bool IsJudging => !_core.Store.IsDone;

    /// <summary>The graph's properties; null before they are known.</summary>
    public GraphProperties? Properties => _core.Properties;

    /// <summary>How much this node's clock is ahead of peer time; what the owner keeps for the next <see cref="Open"/>.</summary>
    public TimeSpan PeerTimeDelta => _core.Clock.Delta;

    /// <summary>The graph's time at the last call.</summary>
    public PeerTime PeerNow => _core.PeerNow;

    /// <summary>The peer time up to which the database was in touch with others: now while there are neighbors, else when
    /// the last one was lost; null if there has never been one. What the owner keeps for the next <see cref="Open"/>.</summary>
    public PeerTime? LastConnected => _core.Neighbors.Count > 0 ? PeerNow : _core.LastConnected;

    /// <summary>The lowest node id that is known, from the signature record; null without one.</summary>
    public ulong? Signature => _records.Signature.Value;

    /// <inheritdoc cref="Contacts.Minimum"/>
    public int MinimumContacts => _records.Contacts.Minimum;

    /// <summary>When <see cref="Advance"/> is wanted next, on the scale of <see cref="Moment.Elapsed"/>.</summary>
    public TimeSpan NextDue => _core.IsOpen
        ? Moment.Least(_upkeep.Due, _records.Due, _own.Due, _maintenance.Due)
        : TimeSpan.MaxValue;

    /// <summary>Neighbors.</summary>
    public int NeighborCount => _core.Neighbors.Count;

    /// <summary>Neighbor connections that are being opened from here.</summary>
    public int ConnectingCount => _links.Count(link => link.IsConnecting);

    /// <summary>Whether direct connections are accepted (MS-PPGRH 3.1.4.7).</summary>
    public bool AllowsDirect
    {
        get => _handshakes.AllowsDirect;
        set => _handshakes.AllowsDirect = value;
    }

    /// <inheritdoc cref="GraphLinks.PublishingResumes"/>
    public TimeSpan PublishingResumes => _links.PublishingResumes;

    /// <inheritdoc cref="Flooding.DeferredCount"/>
    public int DeferredCount => _flooding.DeferredCount;

    /// <summary>All connections.</summary>
    public IReadOnlyList<GraphConnectionInfo> ListConnections() =>
        [.. _links.All.Select(link => GraphLinks.Describe(link, ConnectionEnd.None))];

    /// <summary>A connection; null where it is over.</summary>
    public GraphConnectionInfo? FindConnection(int connection) =>
        _links.Find(connection) is { } link ? GraphLinks.Describe(link, ConnectionEnd.None) : null;

    /// <summary>How long a connection may take to authenticate, from its beginning (MS-PPGRH 3.1.2); nothing for one that is
    /// over.</summary>
    public TimeSpan GetAuthenticationTimeout(int connection) => _links.Find(connection)?.AuthenticationTimeout ?? TimeSpan.Zero;

    /// <summary>The most bytes that a message may have in a connection's state; 0 for one that is not known.</summary>
    public int GetMaximumMessage(int connection) => _links.Find(connection) is { } link ? _links.MaximumMessage(link) : 0;

    /// <inheritdoc cref="GraphNodes.List"/>
    public IReadOnlyList<GraphNode> ListNodes() => _records.Nodes.List();

    /// <inheritdoc cref="GraphNodes.Find"/>
    public GraphNode? FindNode(ulong nodeId) => _records.Nodes.Find(nodeId);

    /// <summary>The counters.</summary>
    public GraphStatistics GetStatistics() => _core.Counters.Read();

    /// <inheritdoc cref="Flooding.ListDeferred"/>
    public IReadOnlyList<GraphRecord> ListDeferred() => _flooding.ListDeferred();

    /// <summary>What the security provider has to be asked before a message is received; null for nothing. Who asks it
    /// beforehand, while the machine does other things, passes the verdict on to <see cref="Receive"/>.</summary>
    public RecordQuestion? FindQuestion(int connection, ReadOnlySpan<byte> message) =>
        IsOpen && _links.Find(connection) is { } link ? _routes.FindQuestion(link, message) : null;

    /// <summary>Makes a new graph (MS-PPGRH 3.1.4.1). The store must be empty.</summary>
    /// <exception cref="PeerException">InvalidArgument for properties that cannot be, or what the store or the provider
    /// say.</exception>
    public void Create(Moment now, GraphProperties properties)
    {
        _standing.RequireNew();
        _records.Info.Require(properties);
        _standing.Begin(now, TimeSpan.Zero);
        _records.Expiration.Begin();
        _records.Info.Create(properties);
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
        _standing.RequireNew();
        _standing.Begin(now, peerTimeDelta);
        _records.Expiration.Begin();
        _core.LastConnected = lastConnected;
        _records.Load(isJudged);
        Settle();
    }

    /// <summary>A record, a tombstone too; null where there is none that counts.</summary>
    public GraphRecord? FindRecord(Guid id) => _core.Store.Find(id);

    /// <summary>Leaves the graph (MS-PPGRH 3.1.4.12): withdraws what this node has published about itself, says
    /// DISCONNECT and closes every connection. The machine cannot be used afterwards.</summary>
    public void Close(Moment now)
    {
        if (!_core.IsOpen)
        {
            return;
        }

        _core.Clock.Enter(now);
        _records.Withdraw();
        _core.LastConnected = LastConnected;
        _standing.End();

        _farewells.Leave();
        _standing.Tell();
    }

    /// <summary>Ends at once; nobody is told.</summary>
    public void Abandon() => _standing.End();

    /// <summary>The owner accepts connections at these addresses (MS-PPGRH 3.1.4.8), or at these from now on (3.1.7.23);
    /// none when it no longer does.</summary>
    /// <exception cref="PeerException">GraphNotReady: the database was never synchronized (MS-PPGRH 1.3.2).</exception>
    public void Listen(Moment now, ReadOnlySpan<GraphEndpoint> addresses)
    {
        Enter(now);
        _endpoints.Set(addresses);
        Settle();
    }

    /// <summary>Does what is due.</summary>
    public void Advance(Moment now)
    {
        if (!_core.IsOpen)
        {
            return;
        }

        _core.Clock.Enter(now);
        _upkeep.Advance();
        _records.Advance();
        _own.Advance();
        _maintenance.Advance();
        Settle();
    }

    /// <inheritdoc/>
    public IReadOnlyList<GraphEffect> TakeEffects() => _core.Output.Take();

    /// <summary>The store has gone back to an earlier state, as when what was put could not be committed: what is remembered
    /// of its records is read anew. What was told to others in between is for the owner to take back.</summary>
    public void Reload(Moment now) => Do(now, _records.Reload);

    /// <inheritdoc cref="GraphInfo.Change"/>
    public void SetProperties(Moment now, GraphProperties properties) => Do(now, () => _records.Info.Change(properties));

    /// <inheritdoc cref="Protocol.Presence.Force"/>
    public void SetPresence(Moment now, bool isForced) => Do(now, () => _records.Presence.Force(isForced));

    /// <inheritdoc cref="Protocol.Presence.Describe"/>
    public void SetNodeAttributes(Moment now, string attributes) => Do(now, () => _records.Presence.Describe(attributes));

    /// <inheritdoc cref="ApplicationRecords.Add"/>
    public GraphRecord Add(Moment now, RecordDraft draft) => Do(now, () => _applications.Add(draft));

    /// <inheritdoc cref="ApplicationRecords.Update"/>
    public GraphRecord Update(Moment now, RecordRevision revision) => Do(now, () => _applications.Update(revision));

    /// <inheritdoc cref="ApplicationRecords.Delete"/>
    public void Delete(Moment now, Guid id, uint? version = null) => Do(now, () => _applications.Delete(id, version));

    /// <inheritdoc cref="ApplicationRecords.Publish"/>
    public void Publish(Moment now, GraphRecord record) => Do(now, () => _applications.Publish(record));

    /// <inheritdoc cref="Flooding.Revalidate"/>
    public void Revalidate(Moment now, IReadOnlyDictionary<GraphRecord, RecordVerdict>? verdicts = null) =>
        Do(now, () => _flooding.Revalidate(verdicts));

    /// <inheritdoc cref="Farewells.Expel"/>
    public void Expel(Moment now, string peerId) => Do(now, () => _farewells.Expel(peerId));

    /// <inheritdoc cref="InternalRecords.Purge(PeerTime, Predicate{GraphSecurityRecord})"/>
    public void Purge(Moment now, PeerTime since, Predicate<GraphSecurityRecord> falls) =>
        Do(now, () => _records.Purge(since, falls));

    /// <inheritdoc cref="ApplicationLinks.Connect"/>
    public int Connect(Moment now, GraphEndpoint endpoint, string? peerId = null) =>
        Do(now, () => _requests.Connect(endpoint, peerId).Id);

    /// <inheritdoc cref="GraphMaintenance.Repair"/>
    public void Repair(Moment now, GraphEndpoint endpoint) => Do(now, () => _maintenance.Repair(endpoint));

    /// <inheritdoc cref="ApplicationLinks.OpenDirect"/>
    public int OpenDirect(Moment now, GraphEndpoint endpoint, string? peerId = null) =>
        Do(now, () => _requests.OpenDirect(endpoint, peerId).Id);

    /// <inheritdoc cref="ApplicationLinks.CloseDirect"/>
    public void CloseDirect(Moment now, int connection) => Do(now, () => _requests.CloseDirect(connection));

    /// <inheritdoc cref="ApplicationLinks.Send"/>
    public void SendData(Moment now, int connection, Guid dataType, ReadOnlySpan<byte> data)
    {
        Enter(now);
        _requests.Send(connection, dataType, data);
        Settle();
    }

    /// <summary>A connection has come in.</summary>
    /// <returns>Its number; null where it is one too many and must be closed.</returns>
    public int? Accept(Moment now, GraphEndpoint remote)
    {
        if (!_core.IsOpen)
        {
            return null;
        }

        _core.Clock.Enter(now);
        return _links.Accept(remote)?.Id;
    }

    /// <summary>The other side of a connection is authenticated, or there is no provider to do that.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Which.</param>
    /// <param name="peerId">The peer id that it has proven or claims; null where nobody knows yet.</param>
    public void Authenticated(Moment now, int connection, string? peerId)
    {
        if (Enter(now, connection) is { } link)
        {
            _handshakes.Authenticated(link, peerId);
            Settle();
        }
    }

    /// <summary>A whole message has come. The bytes are only good during the call. One that is malformed or that the state does
    /// not allow ends its connection.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Where from.</param>
    /// <param name="message">The message.</param>
    /// <param name="verdict">The answer to <see cref="FindQuestion"/>; null where nobody was asked. Then the security
    /// provider is, where need be, before the call returns.</param>
    public void Receive(Moment now, int connection, ReadOnlySpan<byte> message, RecordVerdict? verdict = null)
    {
        if (Enter(now, connection) is { } link)
        {
            _routes.Receive(link, message, verdict);
            Settle();
        }
    }

    /// <summary>So many bytes of the messages sent have left; the rest waits.</summary>
    public void Sent(Moment now, int connection, long bytes)
    {
        if (Enter(now, connection) is { } link)
        {
            _links.Sent(link, bytes);
            _serving.Work(link);
            Settle();
        }
    }

    /// <summary>A connection is over, or did not come about. Numbers that are not known any more are ignored.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Which.</param>
    /// <param name="end">Why: Lost, NotAuthenticated, Violation where its bytes are no messages, TooSlow.</param>
    public void Closed(Moment now, int connection, ConnectionEnd end)
    {
        if (Enter(now, connection) is { } link)
        {
            _links.Closed(link, end);
            Settle();
        }
    }

    private GraphLink? Enter(Moment now, int connection)
    {
        if (!_core.IsOpen || _links.Find(connection) is not { } link)
        {
            return null;
        }

        _core.Clock.Enter(now);
        return link;
    }

    private void Enter(Moment now)
    {
        _standing.RequireOpen();
        _core.Clock.Enter(now);
    }

    private void Do(Moment now, Action work) => Do(now, () =>
    {
        work();
        return true;
    });

    private T Do<T>(Moment now, Func<T> work)
    {
        Enter(now);
        T result = work();
        Settle();
        return result;
    }

    /// <summary>What every call ends with: closes what has to be closed, and maintains the graph if something has happened
    /// that asks for it.</summary>
    private void Settle()
    {
        _links.Settle();
        _maintenance.Settle();
        _standing.Tell();
    }
}
