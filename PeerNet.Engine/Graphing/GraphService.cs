using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <summary>The graphs of one node. Folders and sockets are opened when a graph is.</summary>
internal sealed partial class GraphService : IGraphService, IAsyncDisposable
{
    // The protocol sends one type of data itself.
    private static readonly Guid PingType = new("0ccbb0d2-be41-4bd6-914b-058ec5dcce64");

    private readonly GraphServiceOptions _options;
    private readonly GraphContext _context;
    private readonly IIdentityService _identities;
    private readonly GraphFolder _folder;
    private readonly DataQueue _incoming = new(DataQueue.DefaultItems, DataQueue.DefaultBytes);
    private readonly ConcurrentDictionary<string, GraphRunner> _runners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _expectations = new(StringComparer.Ordinal);

    // Opening and closing are rare and slow; one at a time keeps two callers from both opening the same graph.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isStopped;

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
    }

    /// <summary>Whether a graph is open.</summary>
    public bool IsStarted => !_runners.IsEmpty;

    /// <summary>Whether an identity takes part in an open graph.</summary>
    public bool IsInUse(PeerName identity) => _runners.Values.Any(runner => runner.PeerId == identity.Value);

    /// <summary>The ports that graphs listen on, as their kind, with the id behind it where there are several.</summary>
    public IReadOnlyDictionary<string, int> Ports
    {
        get
        {
            (string GraphId, int Port)[] listening =
                [.. _runners.Values.Select(runner => (runner.GraphId, runner.Port)).Where(entry => entry.Port != 0)];
            return listening.ToDictionary(
                entry => listening.Length == 1 ? _options.Kind : $"{_options.Kind} {entry.GraphId}", entry => entry.Port);
        }
    }

    /// <summary>What a firewall must let in. Where no port was asked for, graphs have none before they listen.</summary>
    public IReadOnlyList<string> PortsToOpen =>
    [
        .. Ports.Values.Concat(_options.Port is { } port ? [port] : []).Distinct()
            .Select(port => string.Create(CultureInfo.InvariantCulture, $"TCP {port} ({_options.Kind.ToLowerInvariant()}s)")),
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
        GraphRunner runner = await WithGateAsync(
            async () =>
            {
                RequireClosed(creation.GraphId);
                string peerId = creation.PeerId ?? GetDefaultPeerId();
                GraphDatabase database = _folder.Create(creation.GraphId, peerId, creation.DatabaseName);
                return await StartAsync(
                    new()
                    {
                        GraphId = creation.GraphId,
                        PeerId = peerId,
                        Provider = creation.SecurityProvider,
                        PrioritizedTypes = creation.PrioritizedRecordTypes,
                        Watcher = creation.Watcher,
                        Rendezvous = creation.Rendezvous,
                    },
                    database,
                    created => CreateAsync(created, creation, peerId)).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return await runner.DescribeAsync().ConfigureAwait(false);
    }

    public async Task<PeerGraph> ConnectAsync(
        PeerGraphOpening opening,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        GraphRequests.Validate(opening);
        (GraphRunner runner, bool isNew) = await OpenAsync(opening, cancellationToken).ConfigureAwait(false);
        try
        {
            if (opening.AllowsDirectConnections is { } allowed)
            {
                await runner.ChangeAsync(new() { AllowsDirectConnections = allowed }).ConfigureAwait(false);
            }

            await JoinAsync(runner, opening, isAwaited, progress, cancellationToken).ConfigureAwait(false);
            if (opening.IsListening)
            {
                await ListenAsync(runner, opening.Scope, opening.Port).ConfigureAwait(false);
            }

            return await runner.DescribeAsync().ConfigureAwait(false);
        }
        catch when (isNew)
        {
            // A graph that is half joined would surprise its owner.
            await EndAsync(runner, farewell: true).ConfigureAwait(false);
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
        foreach (GraphRunner runner in _runners.Values.OrderBy(runner => runner.GraphId, StringComparer.Ordinal))
        {
            graphs.Add(await runner.DescribeAsync().WaitAsync(cancellationToken).ConfigureAwait(false));
        }

        if (includeClosed)
        {
            graphs.AddRange(await WithGateAsync(() => Task.FromResult(ListClosed()), cancellationToken).ConfigureAwait(false));
        }

        return graphs;
    }

    public Task<PeerGraph> ChangeAsync(string graphId, PeerGraphChange change, CancellationToken cancellationToken)
    {
        GraphRequests.Validate(change);
        return Get(graphId).ChangeAsync(change).WaitAsync(cancellationToken);
    }

    public Task<(int Before, int After)> RevalidateAsync(string graphId, CancellationToken cancellationToken) =>
        Get(graphId).RevalidateAsync().WaitAsync(cancellationToken);

    public async Task CloseAsync(string graphId, bool persist, CancellationToken cancellationToken)
    {
        GraphRunner runner = Get(graphId);
        await EndAsync(runner, farewell: true).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!persist)
        {
            _folder.Delete(runner.DatabaseName);
        }
    }

    public Task RemoveAsync(string graphId, string? peerId, CancellationToken cancellationToken) => WithGateAsync(
        () =>
        {
            RequireUnused(graphId, peerId);
            _folder.Delete(_folder.Find(graphId, peerId).DatabaseName);
            return Task.FromResult(true);
        },
        cancellationToken);

    public Task<IReadOnlyList<PeerGraphNode>> GetNodesAsync(string graphId, CancellationToken cancellationToken) =>
        Get(graphId).GetNodesAsync().WaitAsync(cancellationToken);

    /// <summary>Leaves all graphs.</summary>
    public async Task StopAsync(bool farewell)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStopped = true;
            await Task.WhenAll(_runners.Values.Select(runner => CloseAsync(runner, farewell))).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(farewell: false).ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task CreateAsync(GraphRunner runner, PeerGraphCreation creation, string peerId)
    {
        await runner.CreateAsync(creation.Graph ?? GraphRequests.Translate(creation, peerId)).ConfigureAwait(false);
        if (creation.IsListening)
        {
            await ListenAsync(runner, creation.Properties.Scope, creation.Port).ConfigureAwait(false);
        }
    }

    private Task<(GraphRunner Runner, bool IsNew)> OpenAsync(PeerGraphOpening opening, CancellationToken cancellationToken) =>
        WithGateAsync(
            async () =>
            {
                if (_runners.TryGetValue(opening.GraphId, out GraphRunner? open))
                {
                    RequireSamePeer(open, opening);
                    return (open, false);
                }

                string? peerId = opening.PeerId ?? _folder.FindPeer(opening.GraphId);
                GraphDatabase database = _folder.Open(opening.GraphId, peerId ?? GetDefaultPeerId());
                GraphRunner runner = await StartAsync(
                    new()
                    {
                        GraphId = opening.GraphId,
                        PeerId = database.PeerId,
                        Provider = opening.SecurityProvider,
                        PrioritizedTypes = opening.PrioritizedRecordTypes,
                        Watcher = opening.Watcher,
                        Rendezvous = opening.Rendezvous,
                    },
                    database,
                    opened => opened.OpenAsync()).ConfigureAwait(false);
                return (runner, true);
            },
            cancellationToken);

    private async Task<GraphRunner> StartAsync(
        GraphSettings settings, GraphDatabase database, Func<GraphRunner, Task> begin)
    {
        var runner = new GraphRunner(_context, settings, database, _incoming);
        try
        {
            await begin(runner).ConfigureAwait(false);
        }
        catch
        {
            bool isEmpty = database.IsNew;
            await runner.DisposeAsync().ConfigureAwait(false);
            if (isEmpty)
            {
                _folder.Delete(database.Name);
            }

            throw;
        }

        lock (_expectations)
        {
            _runners[settings.GraphId] = runner;
            runner.ExpectDirectConnections(
                _expectations.GetValueOrDefault(settings.GraphId) + _expectations.GetValueOrDefault(""));
        }

        _context.Observer.GraphStatusChanged(await runner.DescribeAsync().ConfigureAwait(false));
        return runner;
    }

    private async Task JoinAsync(
        GraphRunner runner,
        PeerGraphOpening opening,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (opening.Endpoints.Count == 0 && opening.ResolveName is null)
        {
            return;
        }

        using var patience = new CancellationTokenSource(opening.Timeout, _context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        PeerRendezvous? rendezvous = opening.ResolveName is { } name ? new(name, GraphScopes.ReachOf(opening.ResolveScope)) : null;
        IAsyncEnumerable<IPEndPoint> endpoints = rendezvous is not null
            ? _context.Locator.FindAsync(rendezvous, opening.Timeout, ending.Token)
            : opening.Endpoints.ToAsyncEnumerable();
        try
        {
            await runner.ConnectAsync(endpoints, rendezvous, isAwaited, progress, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string with = opening.ResolveName is null ? "" : $" with a node of the name '{opening.ResolveName}'";
            throw PeerErrors.Timeout.Exception(
                $"The graph '{opening.GraphId}' was not synchronized{with} within {opening.Timeout.TotalSeconds:0} seconds.",
                opening.GraphId);
        }
    }

    private Task ListenAsync(GraphRunner runner, PeerGraphScope? scope, int port) => runner.ListenAsync(
        scope, _options.Addresses, port, _options.Port ?? _options.UsualPort ?? 0);

    private async Task EndAsync(GraphRunner runner, bool farewell) => await WithGateAsync(
        async () =>
        {
            await CloseAsync(runner, farewell).ConfigureAwait(false);
            return true;
        },
        CancellationToken.None).ConfigureAwait(false);

    private async Task CloseAsync(GraphRunner runner, bool farewell)
    {
        await runner.CloseAsync(farewell).ConfigureAwait(false);
        _runners.TryRemove(KeyValuePair.Create(runner.GraphId, runner));
        _incoming.Forget(runner.GraphId);
        if (_folder.TryFind(runner.DatabaseName) is { } stored)
        {
            _context.Observer.GraphStatusChanged(DescribeClosed(stored));
        }
    }

    private GraphRunner Get(string graphId) =>
        _runners.TryGetValue(graphId, out GraphRunner? runner) ? runner : throw GraphRunner.NotOpen(graphId);

    private async Task<T> WithGateAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isStopped)
            {
                throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
            }

            // Databases are opened on the way, and may be large.
            return await Task.Run(work, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void RequireClosed(string graphId)
    {
        if (_runners.ContainsKey(graphId))
        {
            throw PeerErrors.DuplicateGraph.Exception($"This node has the graph '{graphId}' open already.", graphId);
        }
    }

    private void RequireUnused(string graphId, string? peerId)
    {
        if (_runners.TryGetValue(graphId, out GraphRunner? runner) && (peerId is null || peerId == runner.PeerId))
        {
            throw PeerErrors.GraphInUse.Exception($"The graph '{graphId}' is open; leave it first with Disconnect-PeerGraph, or with Remove-PeerGraph -Force.", graphId);
        }
    }

    private static void RequireSamePeer(GraphRunner open, PeerGraphOpening opening)
    {
        if (opening.PeerId is { } asked && asked != open.PeerId)
        {
            throw PeerErrors.DuplicateGraph.Exception(
                $"This node has the graph '{opening.GraphId}' open as '{open.PeerId}'. Another peer needs another node.",
                opening.GraphId);
        }
    }

    private string GetDefaultPeerId() => (_identities.Default
        ?? _identities.Create(friendlyName: null, classifier: null, suite: null, makeDefault: true, password: []))
        .PeerName.Value;
}
