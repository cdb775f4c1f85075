using System.Net;
using System.Threading.Channels;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing;

/// <content>Finding other nodes, and waiting until connections are made.</content>
internal sealed partial class GraphRunner
{
    private static readonly TimeSpan FindTime = TimeSpan.FromSeconds(20);

    private readonly List<ChannelWriter<JoinStep>> _joins = [];
    private readonly Dictionary<int, TaskCompletionSource<GraphConnectionInfo>> _awaited = [];
    private readonly CancellationTokenSource _finding = new();
    private readonly List<IPEndPoint> _known = [];
    private PeerRendezvous? _rendezvous;
    private bool _isFinding;

    /// <summary>Connects to the first of some nodes that lets this one in, and waits for the first synchronization.</summary>
    /// <param name="endpoints">The nodes.</param>
    /// <param name="rendezvous">Where they were found, for the next time; null for nowhere in particular.</param>
    /// <param name="isAwaited">Whether to wait; if not, only the first node is tried, and those that it refers to.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PeerException">None of them lets this node in; it is the last one's failure.</exception>
    public async Task ConnectAsync(
        IAsyncEnumerable<IPEndPoint> endpoints,
        PeerRendezvous? rendezvous,
        bool isAwaited,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        _rendezvous = rendezvous ?? _rendezvous;
        PeerException? failure = null;
        var steps = Channel.CreateUnbounded<JoinStep>();
        await TellAsync(_ => _joins.Add(steps.Writer)).ConfigureAwait(false);
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
            _loop.Post(_ => _joins.Remove(steps.Writer));
        }

        throw failure ?? PeerErrors.NodeNotFound.Exception(
            rendezvous is null
                ? $"No node of the graph '{GraphId}' was found."
                : $"Nobody has registered the name '{rendezvous.Name}' for a node of the graph '{GraphId}', or nobody knows it yet.",
            rendezvous?.Name ?? GraphId);
    }

    /// <summary>Opens a direct connection and waits for it.</summary>
    public async Task<PeerConnection> OpenConnectionAsync(string? peerId, IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        IReadOnlyList<GraphEndpoint> targets = endpoint is null
            ? await _loop.AskAsync(_ => Locate(peerId!)).ConfigureAwait(false)
            : [Know(endpoint)];
        PeerException? failure = null;
        foreach (GraphEndpoint target in targets)
        {
            try
            {
                return await OpenConnectionAsync(target, peerId, cancellationToken).ConfigureAwait(false);
            }
            catch (PeerException exception) when (exception.Error == PeerErrors.ConnectionFailed)
            {
                failure = exception;
            }
        }

        throw failure!;
    }

    /// <returns>Whether there is nothing to wait for: the graph has neighbours, and was synchronized.</returns>
    private async Task<bool> BeginConnectAsync(IPEndPoint endpoint)
    {
        GraphEndpoint target = Know(endpoint);
        try
        {
            await TellAsync(now => _machine.Connect(now, target)).ConfigureAwait(false);
            return false;
        }
        catch (PeerException exception) when (exception.Error.Kind == PeerErrorKind.AlreadyExists)
        {
            // Another node was faster: a neighbour is a neighbour.
            return await _loop.AskAsync(_ => _machine.Status.HasFlag(PeerGraphStatus.Synchronized)).ConfigureAwait(false);
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

            progress?.Report(new("Synchronizing", step.Target.ToString(), await _loop.AskAsync(_ => _database.Store.Count).ConfigureAwait(false)));
        }

        throw NotOpen(GraphId);
    }

    private async Task<PeerConnection> OpenConnectionAsync(
        GraphEndpoint target, string? peerId, CancellationToken cancellationToken)
    {
        var awaited = new TaskCompletionSource<GraphConnectionInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        int id = await _loop.AskAsync(now =>
        {
            int begun = _machine.OpenDirect(now, target, peerId);
            _awaited[begun] = awaited;
            return begun;
        }).ConfigureAwait(false);
        try
        {
            GraphConnectionInfo connection = await awaited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await _loop.AskAsync(_ => Describe(connection)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await TellAsync(now => Abandon(now, id)).ConfigureAwait(false);
            throw;
        }
    }

    private void Abandon(Moment now, int id)
    {
        _awaited.Remove(id);
        if (_machine.FindConnection(id) is not null)
        {
            _machine.CloseDirect(now, id);
        }
    }

    private List<GraphEndpoint> Locate(string peerId)
    {
        if (peerId == PeerId)
        {
            throw PeerErrors.ConnectSelf.Exception("A node cannot connect to itself.", peerId);
        }

        GraphNode[] nodes = [.. _machine.ListNodes().Where(node => node.PeerId == peerId && !node.IsLocal)];
        List<GraphEndpoint> endpoints = [.. nodes.SelectMany(node => node.Endpoints).Distinct()];
        if (endpoints.Count > 0)
        {
            return endpoints;
        }

        throw PeerErrors.NodeNotFound.Exception(
            nodes.Length == 0
                ? $"The graph '{GraphId}' has no node of the peer '{peerId}'."
                : $"The node of the peer '{peerId}' does not listen, or has not told where. Name its endpoint.",
            peerId);
    }

    // Remembers where nodes were, for the day when this one has lost all its neighbours, and which link they are on.
    private GraphEndpoint Know(IPEndPoint endpoint)
    {
        lock (_known)
        {
            if (!_known.Contains(endpoint) && _known.Count < MaximumAddresses)
            {
                _known.Add(endpoint);
            }
        }

        if (endpoint.Address.IsIPv6LinkLocal && endpoint.Address.ScopeId != 0)
        {
            Interlocked.Exchange(ref _zone, endpoint.Address.ScopeId);
        }

        return GraphEndpoint.From(endpoint);
    }

    private void OnConnectionChanged(PeerConnectionChangeType change, GraphConnectionInfo connection)
    {
        if (change == PeerConnectionChangeType.Connected && connection.PeerId == PeerId && connection.NodeId != _machine.NodeId)
        {
            _context.Observer.IdentityElsewhere(new()
            {
                Identity = PeerId,
                Source = GraphId,
                Endpoints = [Describe(connection.Remote)],
            });
        }

        if (change != PeerConnectionChangeType.Disconnected
            && _awaited.Remove(connection.Id, out TaskCompletionSource<GraphConnectionInfo>? awaited))
        {
            if (change == PeerConnectionChangeType.Connected)
            {
                awaited.TrySetResult(connection);
            }
            else
            {
                awaited.TrySetException(Explain(change, connection));
            }
        }

        if (!connection.IsDirect)
        {
            TellJoins(change, connection);
        }

        Report(change, connection);
        _distrusts.Remove(connection.Id);
    }

    private void TellJoins(PeerConnectionChangeType change, GraphConnectionInfo connection)
    {
        if (_joins.Count == 0)
        {
            return;
        }

        bool isFailure = change != PeerConnectionChangeType.Connected;
        bool isHopeless = isFailure && _machine.NeighborCount == 0 && _machine.ConnectingCount == 0;
        var step = new JoinStep(
            connection.Remote, IsSynchronized: false, isFailure ? Explain(change, connection) : null, isHopeless);
        _joins.ForEach(join => join.TryWrite(step));
    }

    private void OnSynchronized()
    {
        _joins.ForEach(join => join.TryWrite(new(default, IsSynchronized: true, Failure: null, IsHopeless: false)));
        _context.Observer.Synchronized(Describe());
        _settings.Watcher?.Synchronized();
    }

    private void EndWaits()
    {
        _joins.ForEach(join => join.TryComplete());
        foreach (TaskCompletionSource<GraphConnectionInfo> awaited in _awaited.Values)
        {
            awaited.TrySetException(NotOpen(GraphId));
        }
    }

    private void FindNode()
    {
        if (!_isFinding && (_rendezvous is not null || _known.Count > 0))
        {
            _isFinding = true;
            _ = FindNodeAsync();
        }
    }

    /// <summary>Looks where nodes were before, and who has the graph's name now.</summary>
    private async Task FindNodeAsync()
    {
        try
        {
            IPEndPoint[] known;
            lock (_known)
            {
                known = [.. _known];
            }

            foreach (IPEndPoint endpoint in known)
            {
                Repair(endpoint);
            }

            if (_rendezvous is { } place)
            {
                await foreach (IPEndPoint endpoint in
                    _context.Locator.FindAsync(place, FindTime, _finding.Token).ConfigureAwait(false))
                {
                    Repair(endpoint);
                }
            }
        }
        catch (Exception exception) when (exception is PeerException or OperationCanceledException or ObjectDisposedException)
        {
            GraphLog.NobodyFound(_context.Logger, GraphId, exception.Message);
        }
        finally
        {
            _loop.Post(_ => _isFinding = false);
        }
    }

    private void Repair(IPEndPoint endpoint) => _loop.Post(now =>
    {
        if (_isOpen && !_addresses.Contains(endpoint))
        {
            _machine.Repair(now, GraphEndpoint.From(endpoint));
        }
    });

    private PeerException Explain(PeerConnectionChangeType change, GraphConnectionInfo connection)
    {
        string remote = connection.Remote.ToString();
        return connection.End switch
        {
            ConnectionEnd.Refused => PeerErrors.ConnectionRefused.Exception(
                $"{remote} refused: {Explain(connection.Refusal)}.", connection.Remote),
            ConnectionEnd.NotAuthenticated => PeerErrors.ConnectionNotAuthenticated.Exception(
                ExplainDistrust(connection), connection.Remote),
            ConnectionEnd.TimedOut => PeerErrors.Timeout.Exception($"{remote} did not answer in time.", connection.Remote),
            ConnectionEnd.Duplicate => PeerErrors.AlreadyExists.Exception(
                $"{remote} is a node that this one is connected to already.", connection.Remote),
            _ => PeerErrors.ConnectionFailed.Exception(ExplainLoss(change, connection), connection.Remote),
        };
    }

    // The security provider knows more than that.
    private string ExplainDistrust(GraphConnectionInfo connection) =>
        _distrusts.GetValueOrDefault(connection.Id) is { } reason
            ? $"{connection.Remote}: {reason}"
            : $"{connection.Remote} was not authenticated, or does not let this node in: its graph is secured otherwise, or is "
                + $"not '{GraphId}'.";

    private string ExplainLoss(PeerConnectionChangeType change, GraphConnectionInfo connection) => connection.End switch
    {
        ConnectionEnd.NobodyListens => $"{connection.Remote} refuses connections: no node listens there.",
        ConnectionEnd.Unreachable =>
            $"{connection.Remote} is silent: the host is off, cannot be reached from here, or a firewall is in the way.",
        ConnectionEnd.Violation => $"{connection.Remote} does not speak the protocol of graphs.",
        ConnectionEnd.Left => $"{connection.Remote} has left the graph '{GraphId}'.",
        _ when change == PeerConnectionChangeType.Failed =>
            $"{connection.Remote} has hung up when it was asked for the graph '{GraphId}': it has no graph of that id, in "
            + "which capitals count, or is not the peer that was asked for.",
        _ => $"The connection to {connection.Remote} broke before the graph '{GraphId}' was synchronized.",
    };

    private static string Explain(RefuseCode? code) => code switch
    {
        RefuseCode.Busy => "it has as many neighbours as it can have, and so have those that it knows",
        RefuseCode.AlreadyConnected or RefuseCode.DuplicateConnection => "it is connected to this node already",
        RefuseCode.DirectConnectionDisallowed => "it takes in no direct connections; Set-PeerGraph -AllowDirectConnection $true there lets them in",
        _ => "it does not say why",
    };

    /// <summary>Something that whoever waits to be let in wants to know.</summary>
    /// <param name="Target">With whom.</param>
    /// <param name="IsSynchronized">Whether the database is synchronized.</param>
    /// <param name="Failure">What became of the connection; null where it is there.</param>
    /// <param name="IsHopeless">Whether nobody is left to try.</param>
    private readonly record struct JoinStep(GraphEndpoint Target, bool IsSynchronized, PeerException? Failure, bool IsHopeless);
}
