using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing;

/// <content>What whoever secures graphs wants of them.</content>
internal sealed partial class GraphService
{
    /// <summary>An open graph.</summary>
    public Task<PeerGraph> DescribeAsync(string graphId, CancellationToken cancellationToken) =>
        Get(graphId).DescribeAsync().WaitAsync(cancellationToken);

    /// <summary>Connects an open graph to nodes of it, and waits where that is wanted until it is synchronized.</summary>
    /// <exception cref="PeerException">Nobody was found, or nobody lets this node in; the graph stays open.</exception>
    public Task JoinAsync(
        PeerGraphOpening opening,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken) =>
        JoinAsync(Get(opening.GraphId), opening, isAwaited, progress, cancellationToken);

    /// <summary>Lets others connect to an open graph.</summary>
    /// <returns>The port.</returns>
    public async Task<int> ListenAsync(string graphId, PeerGraphScope? scope, int port, CancellationToken cancellationToken)
    {
        GraphRunner runner = Get(graphId);
        await ListenAsync(runner, scope, port).WaitAsync(cancellationToken).ConfigureAwait(false);
        return runner.Port;
    }

    /// <summary>Leaves a graph; one that is closed stays so.</summary>
    /// <param name="graphId">The graph.</param>
    /// <param name="farewell">Whether the others are told; it takes two seconds at most.</param>
    public async Task LeaveAsync(string graphId, bool farewell)
    {
        if (_runners.TryGetValue(graphId, out GraphRunner? runner))
        {
            await EndAsync(runner, farewell).ConfigureAwait(false);
        }
    }

    /// <summary>The peer time of a graph; this machine's where it is closed.</summary>
    public PeerTime GetPeerTime(string graphId) => _runners.TryGetValue(graphId, out GraphRunner? runner)
        ? runner.PeerNow
        : PeerTime.FromUtc(_context.Time.GetUtcNow(), TimeSpan.Zero);

    /// <inheritdoc cref="GraphRunner.PublishAsync"/>
    public Task<GraphRecord> PublishAsync(
        string graphId, Func<PeerTime, Func<Guid, GraphRecord?>, GraphRecord> make, CancellationToken cancellationToken) =>
        Get(graphId).PublishAsync(make).WaitAsync(cancellationToken);

    /// <inheritdoc cref="GraphRunner.ExpelAsync"/>
    public Task ExpelAsync(string graphId, string peerId) => Get(graphId).ExpelAsync(peerId);

    /// <inheritdoc cref="GraphRunner.PurgeAsync"/>
    public Task PurgeAsync(string graphId, PeerTime since, Predicate<GraphSecurityRecord> falls) =>
        Get(graphId).PurgeAsync(since, falls);
}
