using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Running;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <summary>The graphs of one node. Folders and sockets are opened when a graph is.</summary>
internal sealed class GraphService : IGraphService, IAsyncDisposable
{
    private readonly GraphServiceOptions _options;
    private readonly GraphContext _context;
    private readonly IIdentityService _identities;
    private readonly GraphFolder _folder;
    private readonly DataQueue _incoming = new(DataQueue.DefaultItems, DataQueue.DefaultBytes);
    private readonly RunningGraphs _graphs;
    private readonly KeptGraphs _kept;

    public GraphService(
        GraphServiceOptions options,
        IIdentityService identities,
        IStreamTransport transport,
        ConnectionPlaces places,
        INetworkInterfaces interfaces,
        IPeerLocator locator,
        IGraphObserver observer,
        TimeProvider time,
        IRandomSource random,
        ILogger<GraphService> logger)
    {
        _options = options;
        _identities = identities;
        _folder = new(options.Folder, options.MaximumDatabaseBytes);
        _context = new(options.Graph, new ConnectionLimits(), time, random, transport, interfaces, locator, observer, logger)
        {
            Places = places,
        };
        _graphs = new(_context, _folder, _incoming);
        _kept = KeptGraphs.Open(options.KeptFile);
    }

    /// <summary>Whether a graph is open.</summary>
    public bool IsStarted => _graphs.All.Any();

    /// <summary>Whether an identity takes part in an open graph.</summary>
    public bool IsInUse(PeerName identity) => _graphs.All.Any(runner => runner.PeerId == identity.Value);

    /// <summary>The ports that graphs listen on, as their kind, with the id behind it where there are several.</summary>
    public IReadOnlyDictionary<string, int> Ports
    {
        get
        {
            (string GraphId, int Port)[] listening =
                [.. _graphs.All.Select(runner => (runner.GraphId, runner.Listening.Port)).Where(entry => entry.Port != 0)];
            return listening.ToDictionary(
                entry => listening.Length == 1 ? _options.Kind : $"{_options.Kind} {entry.GraphId}", entry => entry.Port);
        }
    }

    /// <summary>What a firewall must let in. Where no port was asked for, graphs have none before they listen.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen =>
    [
        .. Ports.Values.Concat(_options.Port is { } port ? [port] : []).Distinct()
            .Select(port => new PeerPort("TCP", port, _options.Kind.ToLowerInvariant() + "s")),
    ];

    /// <summary>Finds out whether the port that was asked for is free.</summary>
    /// <exception cref="PeerException">It is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_options.Port is not { } port || Ports.Values.Contains(port))
        {
            return;
        }

        try
        {
            await using IStreamListener probe = _context.Transport.Listen(_options.Addresses.ToBind(_context.Interfaces.Read()), port);
        }
        catch (SocketException failure)
        {
            throw PeerErrors.UnableToListen.Exception(
                string.Create(CultureInfo.InvariantCulture, $"The group port {port} cannot be opened: {failure.Message}"), port, failure);
        }
    }

    public async Task<PeerGraph> CreateAsync(PeerGraphCreation creation, CancellationToken cancellationToken)
    {
        GraphRequests.Validate(creation);
        _kept.Require(creation.IsPersistent, creation.GraphId, creation.SecurityProvider is not null);
        GraphRunner runner = await _graphs.CreateAsync(
            creation,
            GetDefaultPeerId,
            async created =>
            {
                await created.CreateAsync(creation.Graph ?? GraphRequests.Translate(creation, created.PeerId)).ConfigureAwait(false);
                if (creation.IsListening)
                {
                    await ListenAsync(created, creation.Properties.Scope, creation.Port).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        PeerGraph graph = await runner.Descriptions.DescribeAsync().ConfigureAwait(false);
        return _kept.Note(new() { GraphId = graph.Id, Port = creation.Port, IsPersistent = creation.IsPersistent ? true : null }, graph);
    }

    public async Task<PeerGraph> ConnectAsync(
        PeerGraphOpening opening,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        GraphRequests.Validate(opening);
        _kept.Require(
            opening.IsPersistent,
            opening.GraphId,
            opening.SecurityProvider is not null || _graphs.Find(opening.GraphId) is { IsSecured: true });
        (GraphRunner runner, bool isNew) = await _graphs.OpenAsync(opening, GetDefaultPeerId, cancellationToken).ConfigureAwait(false);
        try
        {
            if (opening.AllowsDirectConnections is { } allowed)
            {
                await runner.Memory.ChangeAsync(new() { AllowsDirectConnections = allowed }).ConfigureAwait(false);
            }

            await runner.Joining.JoinAsync(opening, isAwaited, progress, cancellationToken).ConfigureAwait(false);
            if (opening.IsListening)
            {
                await ListenAsync(runner, opening.Scope, opening.Port).ConfigureAwait(false);
            }

            return _kept.Note(opening, await runner.Descriptions.DescribeAsync().ConfigureAwait(false));
        }
        catch when (isNew)
        {
            // A graph that is half joined would surprise its owner.
            await _graphs.EndAsync(runner, farewell: true).ConfigureAwait(false);
            if (runner.HasNewDatabase)
            {
                _folder.Delete(runner.DatabaseName);
            }

            throw;
        }
    }

    public async Task<IReadOnlyList<PeerGraph>> ListAsync(bool includeClosed, CancellationToken cancellationToken)
    {
        List<PeerGraph> graphs = [];
        foreach (GraphRunner runner in _graphs.All.OrderBy(runner => runner.GraphId, StringComparer.Ordinal))
        {
            graphs.Add(await runner.Descriptions.DescribeAsync().WaitAsync(cancellationToken).ConfigureAwait(false));
        }

        if (includeClosed)
        {
            graphs.AddRange(await _graphs.ListClosedAsync(cancellationToken).ConfigureAwait(false));
        }

        return [.. graphs.Select(_kept.Mark)];
    }

    public async Task<PeerGraph> ChangeAsync(string graphId, PeerGraphChange change, CancellationToken cancellationToken)
    {
        GraphRequests.Validate(change);
        return _kept.Mark(await Get(graphId).Memory.ChangeAsync(change).WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    public Task<(int Before, int After)> RevalidateAsync(string graphId, CancellationToken cancellationToken) =>
        Get(graphId).Records.RevalidateAsync().WaitAsync(cancellationToken);

    public async Task CloseAsync(string graphId, bool persist, CancellationToken cancellationToken)
    {
        // One that could not be opened again can be left, too.
        if (_kept.Contains(graphId, peerId: null) && _graphs.Find(graphId) is null)
        {
            await (persist ? Task.CompletedTask : RemoveAsync(graphId, peerId: null, cancellationToken)).ConfigureAwait(false);
            _kept.Forget(graphId);
            return;
        }

        GraphRunner runner = Get(graphId);
        _kept.Forget(graphId);
        await _graphs.EndAsync(runner, farewell: true).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!persist)
        {
            _folder.Delete(runner.DatabaseName);
        }
    }

    public async Task RemoveAsync(string graphId, string? peerId, CancellationToken cancellationToken)
    {
        try
        {
            await _graphs.RemoveAsync(graphId, peerId, cancellationToken).ConfigureAwait(false);
        }
        catch (PeerException failure) when (failure.Error == PeerErrors.DatabaseNotPresent && _kept.Contains(graphId, peerId))
        {
            // What is left of it is that it was to be opened again.
        }

        _kept.Forget(graphId, peerId);
    }

    /// <summary>Opens the graphs that are opened at each start. Their nodes are looked for in the background.</summary>
    /// <returns>What the owner has to know of those that could not be opened.</returns>
    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> notices =
            await _kept.ResumeAsync(opening => ReopenAsync(opening, cancellationToken)).ConfigureAwait(false);
        foreach (string notice in notices)
        {
            _context.Observer.Failed(_options.Kind, notice);
        }

        return notices;
    }

    public Task<IReadOnlyList<PeerGraphNode>> GetNodesAsync(string graphId, CancellationToken cancellationToken) =>
        Get(graphId).Descriptions.GetNodesAsync().WaitAsync(cancellationToken);

    public Task<PeerRecord> AddRecordAsync(
        string graphId, PeerRecordAddition addition, CancellationToken cancellationToken)
    {
        GraphRequests.RequirePublic(addition.Type);
        return Get(graphId).Records.AddAsync(addition).WaitAsync(cancellationToken);
    }

    public Task<PeerRecord> UpdateRecordAsync(string graphId, PeerRecordUpdate update, CancellationToken cancellationToken) =>
        Get(graphId).Records.UpdateAsync(update).WaitAsync(cancellationToken);

    public Task<PeerRecord> RemoveRecordAsync(string graphId, Guid recordId, CancellationToken cancellationToken) =>
        Get(graphId).Records.RemoveAsync(recordId).WaitAsync(cancellationToken);

    public Task<PeerRecord?> FindRecordAsync(string graphId, Guid recordId, CancellationToken cancellationToken) =>
        Get(graphId).Records.FindAsync(recordId).WaitAsync(cancellationToken);

    public IAsyncEnumerable<PeerRecord> GetRecordsAsync(
        string graphId, PeerRecordQuery query, CancellationToken cancellationToken) =>
        Get(graphId).Records.GetAsync(query, cancellationToken);

    public async Task<IReadOnlyList<PeerConnection>> GetConnectionsAsync(
        string? graphId, CancellationToken cancellationToken)
    {
        GraphRunner[] runners = graphId is null ? [.. _graphs.All] : [Get(graphId)];
        IReadOnlyList<PeerConnection>[] all = await Task.WhenAll(runners.Select(runner => runner.Descriptions.GetConnectionsAsync()))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. all.SelectMany(connections => connections)];
    }

    public Task<PeerConnection> OpenConnectionAsync(
        string graphId, string? peerId, IPEndPoint? endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        Get(graphId).Direct.OpenAsync(peerId, endpoint, timeout, cancellationToken);

    public Task CloseConnectionAsync(string graphId, ulong connectionId, CancellationToken cancellationToken) =>
        Get(graphId).Direct.CloseAsync(connectionId).WaitAsync(cancellationToken);

    public Task SendAsync(
        string graphId,
        ulong connectionId,
        Guid dataType,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken) =>
        Get(graphId).Direct.SendAsync(connectionId, dataType, data).WaitAsync(cancellationToken);

    public async Task<TimeSpan?> PingAsync(IPEndPoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, _context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        long start = _context.Time.GetTimestamp();
        try
        {
            using StreamConnection stream =
                await _context.Transport.ConnectAsync(endpoint, ending.Token).ConfigureAwait(false);
            return _context.Time.GetElapsedTime(start);
        }
        catch (Exception exception) when (exception is SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // That nobody answers is the result.
            return null;
        }
    }

    public IAsyncEnumerable<PeerDataItem> ReceiveAsync(PeerDataSelection selection, CancellationToken cancellationToken) =>
        _incoming.TakeAsync(selection, cancellationToken);

    public long TakeLostData(string? graphId) => _incoming.TakeLost(graphId);

    public IDisposable ExpectDirectConnections(string? graphId)
    {
        _graphs.Expect(graphId, 1);
        return new Expectation(() => _graphs.Expect(graphId, -1));
    }

    public Task ExportAsync(
        string graphId, string? peerId, string path, bool overwrite, CancellationToken cancellationToken) =>
        _graphs.ExportAsync(graphId, peerId, path, overwrite, cancellationToken);

    public Task<PeerDatabaseImportResult> ImportAsync(
        string graphId, string? peerId, string path, CancellationToken cancellationToken) =>
        _graphs.ImportAsync(graphId, peerId, path, cancellationToken);

    /// <summary>An open graph.</summary>
    public Task<PeerGraph> DescribeAsync(string graphId, CancellationToken cancellationToken) =>
        Get(graphId).Descriptions.DescribeAsync().WaitAsync(cancellationToken);

    /// <inheritdoc cref="GraphJoining.JoinAsync"/>
    public Task JoinAsync(
        PeerGraphOpening opening,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken) =>
        Get(opening.GraphId).Joining.JoinAsync(opening, isAwaited, progress, cancellationToken);

    /// <summary>Lets others connect to an open graph.</summary>
    /// <returns>The port.</returns>
    public async Task<int> ListenAsync(string graphId, PeerGraphScope? scope, int port, CancellationToken cancellationToken)
    {
        GraphRunner runner = Get(graphId);
        await ListenAsync(runner, scope, port).WaitAsync(cancellationToken).ConfigureAwait(false);
        return runner.Listening.Port;
    }

    /// <summary>Leaves a graph; one that is closed stays so.</summary>
    /// <param name="graphId">The graph.</param>
    /// <param name="farewell">Whether the others are told; it takes two seconds at most.</param>
    public async Task LeaveAsync(string graphId, bool farewell)
    {
        if (_graphs.Find(graphId) is { } runner)
        {
            await _graphs.EndAsync(runner, farewell).ConfigureAwait(false);
        }
    }

    /// <summary>The peer time of a graph; this machine's where it is closed.</summary>
    public PeerTime GetPeerTime(string graphId) => _graphs.Find(graphId) is { } runner
        ? runner.PeerNow
        : PeerTime.FromUtc(_context.Time.GetUtcNow(), TimeSpan.Zero);

    /// <inheritdoc cref="GraphRecords.PublishAsync"/>
    public Task<GraphRecord> PublishAsync(
        string graphId, Func<PeerTime, Func<Guid, GraphRecord?>, GraphRecord> make, CancellationToken cancellationToken) =>
        Get(graphId).Records.PublishAsync(make).WaitAsync(cancellationToken);

    /// <inheritdoc cref="GraphRunner.ExpelAsync"/>
    public Task ExpelAsync(string graphId, string peerId) => Get(graphId).ExpelAsync(peerId);

    /// <inheritdoc cref="GraphRecords.PurgeAsync"/>
    public Task PurgeAsync(string graphId, PeerTime since, Predicate<GraphSecurityRecord> falls) =>
        Get(graphId).Records.PurgeAsync(since, falls);

    /// <summary>Leaves all graphs.</summary>
    public Task StopAsync(bool farewell) => _graphs.StopAsync(farewell);

    public ValueTask DisposeAsync() => _graphs.DisposeAsync();

    private Task ListenAsync(GraphRunner runner, PeerGraphScope? scope, int port) => runner.Listening.StartAsync(
        scope, _options.Addresses, port, _options.Port ?? _options.UsualPort ?? 0);

    private async Task ReopenAsync(PeerGraphOpening opening, CancellationToken cancellationToken)
    {
        _folder.Require(opening.GraphId, opening.PeerId!);
        await ConnectAsync(opening with { Endpoints = [], ResolveName = null }, isAwaited: false, progress: null, cancellationToken)
            .ConfigureAwait(false);
        Get(opening.GraphId).Return(opening);
    }

    private GraphRunner Get(string graphId) => _graphs.Get(graphId);

    private string GetDefaultPeerId() => (_identities.Default
        ?? _identities.Create(friendlyName: null, classifier: null, suite: null, makeDefault: true, password: []))
        .PeerName.Value;

    private sealed class Expectation(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
