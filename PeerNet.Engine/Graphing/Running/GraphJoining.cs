using System.Net;
using System.Threading.Channels;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>Connects to nodes of the graph, and waits until one lets this one in. Owns who waits.</summary>
/// <param name="graph">The graph.</param>
/// <param name="store">The records that have come so far.</param>
/// <param name="finding">Told where nodes are.</param>
internal sealed class GraphJoining(OpenGraph graph, IRecordStore store, NodeFinding finding)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly List<ChannelWriter<JoinStep>> _joins = [];

    private bool IsJoined => graph.Machine.Status.HasFlag(PeerGraphStatus.HasConnections | PeerGraphStatus.Synchronized);

    /// <summary>Connects to the nodes that are asked for, if any, and waits where that is wanted until the database is
    /// synchronized.</summary>
    /// <exception cref="PeerException">Nobody was found, or nobody lets this node in, or not in time; the graph stays
    /// open.</exception>
    public Task JoinAsync(
        PeerGraphOpening opening,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken) => opening.Endpoints.Count == 0 && opening.ResolveName is null
        ? Task.CompletedTask
        : PeerTracing.RunAsync(
            "peernet.graph.join",
            "peernet.graph.id",
            graph.Id,
            () => SeekAsync(opening, isAwaited, progress, cancellationToken),
            (_, _) => { });

    private async Task<bool> SeekAsync(
        PeerGraphOpening opening, bool isAwaited, IProgress<PeerGraphProgress>? progress, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(opening.Timeout, graph.Context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        PeerRendezvous? rendezvous =
            opening.ResolveName is { } name ? new(name, GraphScopes.ReachOf(opening.ResolveScope)) : null;
        IAsyncEnumerable<IPEndPoint> endpoints = rendezvous is not null
            ? graph.Context.Locator.FindAsync(rendezvous, opening.Timeout, ending.Token)
            : opening.Endpoints.ToAsyncEnumerable();
        try
        {
            await ConnectAsync(endpoints, rendezvous, isAwaited, progress, ending.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string with = opening.ResolveName is null ? "" : $" with a node of the name '{opening.ResolveName}'";
            throw PeerErrors.Timeout.Exception(
                $"The graph '{graph.Id}' was not synchronized{with} within {opening.Timeout.TotalSeconds:0} seconds.",
                graph.Id);
        }
    }

    /// <summary>Does the same again and again, until this node is let in: whoever starts with the machine may be the first. From
    /// then on the graph looks for itself.</summary>
    /// <param name="opening">Whom to connect to.</param>
    /// <param name="leaving">Cancelled when the graph is left.</param>
    public async Task ReturnAsync(PeerGraphOpening opening, CancellationToken leaving)
    {
        for (TimeSpan pause = FirstPause; !leaving.IsCancellationRequested; pause = Moment.Least(pause * 2, LongestPause))
        {
            try
            {
                if (!await graph.Loop.AskAsync(_ => IsJoined).ConfigureAwait(false))
                {
                    await JoinAsync(opening, isAwaited: true, progress: null, leaving).ConfigureAwait(false);
                }

                return;
            }
            catch (PeerException failure)
            {
                GraphLog.NobodyFound(graph.Context.Logger, graph.Id, failure.Message);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                // The graph is being left.
                return;
            }

            await Task.Delay(pause, graph.Context.Time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A neighbour is there, or is none. For the loop alone.</summary>
    /// <param name="connection">The connection with it.</param>
    /// <param name="failure">Why it is over, or did not come about; null where it has.</param>
    public void Tell(GraphConnectionInfo connection, PeerException? failure)
    {
        if (_joins.Count > 0)
        {
            bool isHopeless = failure is not null && graph.Machine.NeighborCount == 0 && graph.Machine.ConnectingCount == 0;
            Tell(new JoinStep(connection.Remote, IsSynchronized: false, failure, isHopeless));
        }
    }

    /// <summary>The database is synchronized. For the loop alone.</summary>
    public void TellSynchronized() => Tell(new JoinStep(default, IsSynchronized: true, Failure: null, IsHopeless: false));

    /// <summary>The graph is closed; nobody lets it in any more.</summary>
    public void End() => _joins.ForEach(join => join.TryComplete());

    /// <summary>Connects to the first of some nodes that lets this one in, and waits for the first synchronization.</summary>
    /// <param name="endpoints">The nodes.</param>
    /// <param name="rendezvous">Where they were found, for the next time; null for nowhere in particular.</param>
    /// <param name="isAwaited">Whether to wait; if not, only the first node is tried, and those that it refers to.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PeerException">None of them lets this node in; it is the last one's failure.</exception>
    private async Task ConnectAsync(
        IAsyncEnumerable<IPEndPoint> endpoints,
        PeerRendezvous? rendezvous,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        finding.Know(rendezvous);
        PeerException? failure = null;
        var steps = Channel.CreateUnbounded<JoinStep>();
        await graph.Loop.TellAsync(_ => _joins.Add(steps.Writer)).ConfigureAwait(false);
        try
        {
            await foreach (IPEndPoint endpoint in endpoints.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                progress?.Report(new("Connecting", endpoint.ToString(), 0));
                try
                {
                    bool isThere = await BeginConnectAsync(endpoint).ConfigureAwait(false);
                    if (isAwaited && !isThere)
                    {
                        await AwaitJoinAsync(endpoint, steps.Reader, progress, cancellationToken).ConfigureAwait(false);
                    }

                    return;
                }
                catch (PeerException exception) when (exception.Error != PeerErrors.InvalidGraph)
                {
                    failure = exception;
                }
            }
        }
        finally
        {
            graph.Loop.Post(_ => _joins.Remove(steps.Writer));
        }

        throw failure ?? PeerErrors.NodeNotFound.Exception(
            rendezvous is null
                ? $"No node of the graph '{graph.Id}' was found."
                : $"Nobody has registered the name '{rendezvous.Name}' for a node of the graph '{graph.Id}', or nobody knows it yet.",
            rendezvous?.Name ?? graph.Id);
    }

    /// <returns>Whether there is nothing to wait for: the graph has neighbours, and was synchronized.</returns>
    private async Task<bool> BeginConnectAsync(IPEndPoint endpoint)
    {
        GraphEndpoint target = finding.Know(endpoint);
        try
        {
            await graph.Loop.TellAsync(now => graph.Machine.Connect(now, target)).ConfigureAwait(false);
            return false;
        }
        catch (PeerException exception) when (exception.Error.Kind == PeerErrorKind.AlreadyExists)
        {
            // Another node was faster: a neighbour is a neighbour.
            return await graph.Loop.AskAsync(_ => graph.Machine.Status.HasFlag(PeerGraphStatus.Synchronized))
                .ConfigureAwait(false);
        }
    }

    // Nodes refer to others, which nobody has named: what is told in the end is what became of the one that was.
    private async Task AwaitJoinAsync(
        IPEndPoint endpoint,
        ChannelReader<JoinStep> steps,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        GraphEndpoint named = GraphEndpoint.From(endpoint);
        PeerException? failure = null;
        await foreach (JoinStep step in steps.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            failure = step.Target == named ? step.Failure ?? failure : failure;
            if (step.IsHopeless)
            {
                throw failure ?? step.Failure!;
            }

            if (step.IsSynchronized)
            {
                return;
            }

            int records = await graph.Loop.AskAsync(_ => store.Count).ConfigureAwait(false);
            progress?.Report(new("Synchronizing", step.Target.ToString(), records));
        }

        throw graph.NotOpen();
    }

    private void Tell(JoinStep step) => _joins.ForEach(join => join.TryWrite(step));

    /// <summary>Something that whoever waits to be let in wants to know.</summary>
    /// <param name="Target">With whom.</param>
    /// <param name="IsSynchronized">Whether the database is synchronized.</param>
    /// <param name="Failure">What became of the connection; null where it is there.</param>
    /// <param name="IsHopeless">Whether nobody is left to try.</param>
    private readonly record struct JoinStep(GraphEndpoint Target, bool IsSynchronized, PeerException? Failure, bool IsHopeless);
}
