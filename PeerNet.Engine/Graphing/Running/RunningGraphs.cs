using System.Collections.Concurrent;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>The graphs of a node that are open, and the databases of those that are closed. Owns the runners, who of the node's
/// users expects direct connections, and the turn to open or close one.</summary>
/// <param name="context">What the graphs share.</param>
/// <param name="folder">Their databases.</param>
/// <param name="incoming">Takes the data that comes through their connections.</param>
internal sealed class RunningGraphs(GraphContext context, GraphFolder folder, DataQueue incoming) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, GraphRunner> _runners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _expectations = new(StringComparer.Ordinal);

    // Opening and closing are rare and slow; one at a time keeps two callers from both opening the same graph.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isStopped;

    /// <summary>Those that are open.</summary>
    public IEnumerable<GraphRunner> All => _runners.Values;

    /// <summary>One that is open; null where it is not.</summary>
    public GraphRunner? Find(string graphId) => _runners.GetValueOrDefault(graphId);

    /// <summary>One that is open.</summary>
    /// <exception cref="PeerException">It is not.</exception>
    public GraphRunner Get(string graphId) => Find(graphId) ?? throw OpenGraph.NotOpen(graphId);

    /// <summary>Makes a graph and its database; neither is there where that fails.</summary>
    /// <param name="creation">What to make.</param>
    /// <param name="peerId">As whom this node takes part.</param>
    /// <param name="begin">What belongs to making it.</param>
    /// <param name="cancellationToken">Gives up waiting for its turn.</param>
    public Task<GraphRunner> CreateAsync(
        PeerGraphCreation creation, Func<string> peerId, Func<GraphRunner, Task> begin, CancellationToken cancellationToken) =>
        InTurnAsync(
            () =>
            {
                RequireClosed(creation.GraphId);
                GraphDatabase database = folder.Create(creation.GraphId, creation.PeerId ?? peerId(), creation.DatabaseName);
                var settings = new GraphSettings
                {
                    GraphId = creation.GraphId,
                    PeerId = database.PeerId,
                    Provider = creation.SecurityProvider,
                    PrioritizedTypes = creation.PrioritizedRecordTypes,
                };
                return StartAsync(settings, database, creation.Watcher, creation.Rendezvous, begin);
            },
            cancellationToken);

    /// <summary>Opens a graph, unless it is open.</summary>
    /// <param name="opening">What to open.</param>
    /// <param name="peerId">As whom this node takes part where nothing else says so.</param>
    /// <param name="cancellationToken">Gives up waiting for its turn.</param>
    public Task<(GraphRunner Runner, bool IsNew)> OpenAsync(
        PeerGraphOpening opening, Func<string> peerId, CancellationToken cancellationToken) => InTurnAsync(
            async () =>
            {
                if (Find(opening.GraphId) is { } open)
                {
                    RequireSamePeer(open, opening);
                    return (open, false);
                }

                GraphDatabase database = folder.Open(
                    opening.GraphId, opening.PeerId ?? folder.FindPeer(opening.GraphId) ?? peerId());
                var settings = new GraphSettings
                {
                    GraphId = opening.GraphId,
                    PeerId = database.PeerId,
                    Provider = opening.SecurityProvider,
                    PrioritizedTypes = opening.PrioritizedRecordTypes,
                };
                GraphRunner runner = await StartAsync(
                    settings, database, opening.Watcher, opening.Rendezvous, opened => opened.OpenAsync()).ConfigureAwait(false);
                return (runner, true);
            },
            cancellationToken);

    /// <summary>Leaves a graph.</summary>
    /// <param name="runner">The graph.</param>
    /// <param name="farewell">Whether the others are told; it takes two seconds at most.</param>
    public Task EndAsync(GraphRunner runner, bool farewell) => InTurnAsync(
        async () =>
        {
            await CloseAsync(runner, farewell).ConfigureAwait(false);
            return true;
        },
        CancellationToken.None);

    /// <summary>The graphs whose databases are here and that are closed.</summary>
    public Task<IReadOnlyList<PeerGraph>> ListClosedAsync(CancellationToken cancellationToken) =>
        InTurnAsync(() => Task.FromResult<IReadOnlyList<PeerGraph>>(
        [
            .. folder.List().Where(stored => !All.Any(open => open.DatabaseName == stored.DatabaseName)).Select(DescribeClosed),
        ]), cancellationToken);

    /// <summary>Deletes the database of a closed graph.</summary>
    public Task RemoveAsync(string graphId, string? peerId, CancellationToken cancellationToken) => InTurnAsync(
        () =>
        {
            RequireUnused(graphId, peerId);
            folder.Delete(folder.Find(graphId, peerId).DatabaseName);
            return Task.FromResult(true);
        },
        cancellationToken);

    /// <summary>Copies the database of a graph that neither listens nor is connected into a file.</summary>
    public Task ExportAsync(
        string graphId, string? peerId, string path, bool overwrite, CancellationToken cancellationToken) => InTurnAsync(
            async () =>
            {
                GraphRunner? runner = Find(graphId);
                if (runner is null || (peerId is not null && peerId != runner.PeerId))
                {
                    await folder.ExportAsync(graphId, peerId, path, overwrite, cancellationToken).ConfigureAwait(false);
                }
                else if (runner.IsBusy)
                {
                    throw PeerErrors.GraphInUse.Exception(
                        $"The graph '{graphId}' listens or is connected; leave it first with Disconnect-PeerGraph.", graphId);
                }
                else
                {
                    await runner.Memory.ExportAsync(path, overwrite, cancellationToken).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);

    /// <summary>Puts what was exported in the place of a closed graph's database.</summary>
    public Task<PeerDatabaseImportResult> ImportAsync(
        string graphId, string? peerId, string path, CancellationToken cancellationToken) => InTurnAsync(
            () =>
            {
                RequireUnused(graphId, peerId: null);
                return Task.FromResult(folder.Import(graphId, peerId, path, context.Time.GetUtcNow(), cancellationToken));
            },
            cancellationToken);

    /// <summary>More or fewer callers than before care for the direct connections of a graph, or of all.</summary>
    public void Expect(string? graphId, int change)
    {
        lock (_expectations)
        {
            string key = graphId ?? "";
            _expectations[key] = _expectations.GetValueOrDefault(key) + change;
            foreach (GraphRunner runner in All.Where(runner => graphId is null || runner.GraphId == graphId))
            {
                runner.Direct.Expect(change);
            }
        }
    }

    /// <summary>Leaves all graphs; none is opened any more.</summary>
    public async Task StopAsync(bool farewell)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStopped = true;
            await Task.WhenAll(All.Select(runner => CloseAsync(runner, farewell))).ConfigureAwait(false);
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

    private async Task<GraphRunner> StartAsync(
        GraphSettings settings,
        GraphDatabase database,
        IGraphWatcher? watcher,
        PeerRendezvous? rendezvous,
        Func<GraphRunner, Task> begin)
    {
        var runner = new GraphRunner(context, settings, database, watcher, rendezvous, incoming);
        try
        {
            await begin(runner).ConfigureAwait(false);
        }
        catch
        {
            await runner.DisposeAsync().ConfigureAwait(false);
            if (database.IsNew)
            {
                folder.Delete(database.Name);
            }

            throw;
        }

        lock (_expectations)
        {
            _runners[settings.GraphId] = runner;
            runner.Direct.Expect(_expectations.GetValueOrDefault(settings.GraphId) + _expectations.GetValueOrDefault(""));
        }

        context.Observer.GraphStatusChanged(await runner.Descriptions.DescribeAsync().ConfigureAwait(false));
        return runner;
    }

    private async Task CloseAsync(GraphRunner runner, bool farewell)
    {
        try
        {
            await runner.CloseAsync(farewell).ConfigureAwait(false);
        }
        finally
        {
            // It is closed, however that went.
            _runners.TryRemove(KeyValuePair.Create(runner.GraphId, runner));
            incoming.Forget(runner.GraphId);
        }

        if (folder.TryFind(runner.DatabaseName) is { } stored)
        {
            context.Observer.GraphStatusChanged(DescribeClosed(stored));
        }
    }

    private static PeerGraph DescribeClosed(StoredGraph stored) => new()
    {
        Id = stored.GraphId,
        PeerId = stored.PeerId,
        DatabaseName = stored.DatabaseName,
        PeerTimeDelta = stored.PeerTimeDelta,
    };

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
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
        if (Find(graphId) is { } runner && (peerId is null || peerId == runner.PeerId))
        {
            throw PeerErrors.GraphInUse.Exception(
                $"The graph '{graphId}' is open; leave it first with Disconnect-PeerGraph, or with Remove-PeerGraph -Force.",
                graphId);
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
}
