using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>The direct connections of applications, and the data that comes through them. Owns who waits for one, and whether
/// others may open them: because the node's user has said so, or somebody waits for data. Where it is not said otherwise, for
/// any thread.</summary>
/// <param name="graph">The graph.</param>
/// <param name="finding">Told where a node is.</param>
/// <param name="descriptions">Describes connections.</param>
/// <param name="incoming">Takes the data.</param>
internal sealed class DirectConnections(OpenGraph graph, NodeFinding finding, GraphDescriptions descriptions, DataQueue incoming)
{
    // The protocol sends one type of data itself.
    private static readonly Guid PingType = new("0ccbb0d2-be41-4bd6-914b-058ec5dcce64");

    private readonly Dictionary<int, TaskCompletionSource<GraphConnectionInfo>> _awaited = [];
    private int _expectations;
    private bool _isAllowed;

    /// <summary>Opens a direct connection and waits for it.</summary>
    /// <param name="peerId">Whom to; null for whoever is at the endpoint.</param>
    /// <param name="endpoint">Where; null for where the peer is known to listen.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PeerConnection> OpenAsync(
        string? peerId, IPEndPoint? endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, graph.Context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await OpenAsync(peerId, endpoint, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw PeerErrors.Timeout.Exception(
                $"No connection came about within {timeout.TotalSeconds:0} seconds.", peerId ?? (object?)endpoint);
        }
    }

    /// <summary>Closes one.</summary>
    public Task CloseAsync(ulong id) => graph.Loop.TellAsync(now => graph.Machine.CloseDirect(now, ToMachineId(id)));

    /// <summary>Sends data through one, which is queued when this returns.</summary>
    public Task SendAsync(ulong id, Guid dataType, ReadOnlyMemory<byte> data)
    {
        if (dataType == PingType)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The data type {dataType} is the protocol's own (MS-PPGRH 2.2.2.13).", dataType);
        }

        return graph.Loop.TellAsync(now => graph.Machine.SendData(now, ToMachineId(id), dataType, data.Span));
    }

    /// <summary>More or fewer callers than before care for direct connections.</summary>
    public void Expect(int change) => graph.Loop.Post(_ =>
    {
        _expectations += change;
        Decide();
    });

    /// <summary>The node's user lets others open them, or does not. For the loop alone.</summary>
    public void Allow(bool isAllowed)
    {
        _isAllowed = isAllowed;
        Decide();
    }

    /// <summary>One has come about, or is over. For the loop alone.</summary>
    /// <param name="connection">Which.</param>
    /// <param name="failure">Why it is over; null where it has come about.</param>
    public void Tell(GraphConnectionInfo connection, PeerException? failure)
    {
        if (!_awaited.Remove(connection.Id, out TaskCompletionSource<GraphConnectionInfo>? awaited))
        {
            return;
        }

        if (failure is null)
        {
            awaited.TrySetResult(connection);
        }
        else
        {
            awaited.TrySetException(failure);
        }
    }

    /// <summary>Data has come. For the loop alone.</summary>
    public void Receive(int connection, GraphDeed.DataReceived received)
    {
        var item = new PeerDataItem
        {
            GraphId = graph.Id,
            ConnectionId = (ulong)connection,
            PeerId = received.PeerId,
            DataType = received.DataType,
            Data = received.Data.ToArray(),
            Text = Utf8Text.Read(received.Data.Span),
            Received = graph.Context.Time.GetUtcNow(),
        };
        incoming.Add(item);
        graph.Context.Observer.DataReceived(item);
    }

    /// <summary>The graph is closed; nothing comes about any more.</summary>
    public void End()
    {
        foreach (TaskCompletionSource<GraphConnectionInfo> awaited in _awaited.Values)
        {
            awaited.TrySetException(graph.NotOpen());
        }
    }

    private int ToMachineId(ulong id) => id <= int.MaxValue
        ? (int)id
        : throw PeerErrors.ConnectionNotFound.Exception($"The graph '{graph.Id}' has no connection {id}.", id);

    private void Decide() => graph.Machine.AllowsDirect = _isAllowed || _expectations > 0;

    private async Task<PeerConnection> OpenAsync(string? peerId, IPEndPoint? endpoint, CancellationToken cancellationToken)
    {
        IReadOnlyList<GraphEndpoint> targets = endpoint is null
            ? await graph.Loop.AskAsync(_ => Locate(peerId!)).ConfigureAwait(false)
            : [finding.Know(endpoint)];
        PeerException? failure = null;
        foreach (GraphEndpoint target in targets)
        {
            try
            {
                return await OpenAsync(target, peerId, cancellationToken).ConfigureAwait(false);
            }
            catch (PeerException exception) when (exception.Error == PeerErrors.ConnectionFailed)
            {
                failure = exception;
            }
        }

        throw failure!;
    }

    private async Task<PeerConnection> OpenAsync(
        GraphEndpoint target, string? peerId, CancellationToken cancellationToken)
    {
        var awaited = new TaskCompletionSource<GraphConnectionInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        int id = await graph.Loop.AskAsync(now =>
        {
            int begun = graph.Machine.OpenDirect(now, target, peerId);
            _awaited[begun] = awaited;
            return begun;
        }).ConfigureAwait(false);
        try
        {
            GraphConnectionInfo connection = await awaited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await graph.Loop.AskAsync(_ => descriptions.Describe(connection)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await graph.Loop.TellAsync(now => Abandon(now, id)).ConfigureAwait(false);
            throw;
        }
    }

    private void Abandon(Moment now, int id)
    {
        _awaited.Remove(id);
        if (graph.Machine.FindConnection(id) is not null)
        {
            graph.Machine.CloseDirect(now, id);
        }
    }

    private List<GraphEndpoint> Locate(string peerId)
    {
        if (peerId == graph.PeerId)
        {
            throw PeerErrors.ConnectSelf.Exception("A node cannot connect to itself.", peerId);
        }

        GraphNode[] nodes = [.. graph.Machine.ListNodes().Where(node => node.PeerId == peerId && !node.IsLocal)];
        List<GraphEndpoint> endpoints = [.. nodes.SelectMany(node => node.Endpoints).Distinct()];
        if (endpoints.Count > 0)
        {
            return endpoints;
        }

        throw PeerErrors.NodeNotFound.Exception(
            nodes.Length == 0
                ? $"The graph '{graph.Id}' has no node of the peer '{peerId}'."
                : $"The node of the peer '{peerId}' does not listen, or has not told where. Name its endpoint.",
            peerId);
    }
}
