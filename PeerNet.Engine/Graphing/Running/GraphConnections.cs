using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>
/// The connections below the machine's. Owns them from the stream that came in, or was dialled, to their end; and what there
/// is to know of why they ended.
/// </summary>
internal sealed class GraphConnections : IConnectionObserver
{
    private readonly OpenGraph _graph;
    private readonly SecuredStreams _streams;
    private readonly MessageIntake _intake;
    private readonly Dictionary<int, GraphConnection> _connections = [];
    private readonly Dictionary<int, TaskCompletionSource<GraphConnectionContext>> _admissions = [];
    private readonly Dictionary<int, string> _distrusts = [];
    private readonly HashSet<GraphConnection> _ending = [];

    // Streams that have come in and that the loop has not looked at.
    private readonly SourcePlaces _waitingStreams = new(total: 256, each: 64, crowded: 8);

    /// <param name="graph">The graph.</param>
    /// <param name="provider">Secures connections.</param>
    /// <param name="judge">Judges the records that they bring.</param>
    /// <param name="leaving">Cancelled when the graph is left.</param>
    public GraphConnections(OpenGraph graph, IGraphSecurityProvider provider, RecordJudge judge, CancellationToken leaving)
    {
        _graph = graph;
        _streams = new(graph.Context, provider);
        _intake = new(graph, judge, _connections.ContainsKey, leaving);
    }

    /// <summary>A connection that goes on; null where there is none.</summary>
    public GraphConnection? Find(int id) => _connections.GetValueOrDefault(id);

    /// <summary>What the security provider has said against the other side of a connection that is over; null where it has
    /// said nothing. It is told once.</summary>
    public string? TakeDistrust(int id) => _distrusts.Remove(id, out string? reason) ? reason : null;

    /// <summary>A stream has come in. On the listener's thread.</summary>
    /// <param name="accepted">The stream.</param>
    /// <param name="isInScope">Whether it came to an address that the graph uses.</param>
    public void Accept(StreamConnection accepted, bool isInScope)
    {
        IDisposable? place = isInScope ? _graph.Context.Places.TryEnter(accepted.Remote.Address) : null;
        StreamConnection stream = accepted with { Place = place };
        if (place is null || !TryWait(stream) || !_graph.Loop.Post(now => TakeIn(now, stream)))
        {
            TurnAway(stream);
        }
    }

    /// <summary>Opens a connection.</summary>
    public void Dial(int id, GraphDeed.Connect wanted)
    {
        IPEndPoint target = wanted.Endpoint.ToIPEndPoint(_graph.Zone);
        Start(id, isInitiator: true, token => _streams.DialAsync(target, wanted.Context, wanted.AuthInfo, token));
    }

    /// <summary>The machine lets the other side go on, which <paramref name="context"/> tells of.</summary>
    public void Admit(int id, GraphConnectionContext context)
    {
        if (_admissions.Remove(id, out TaskCompletionSource<GraphConnectionContext>? admission))
        {
            admission.TrySetResult(context);
        }
    }

    /// <summary>Sends a message; a connection that lets too much wait is cut.</summary>
    public void Send(int id, ReadOnlySpan<byte> message)
    {
        if (_connections.TryGetValue(id, out GraphConnection? connection) && !connection.TrySend(message))
        {
            Cut(id, ConnectionEnd.TooSlow);
        }
    }

    /// <summary>Ends a connection that the machine has given up.</summary>
    public void Close(int id, GraphDeed.Close wanted)
    {
        if (Remove(id) is { } connection)
        {
            connection.Close(wanted.Farewell.Span, wanted.Flush);
        }
    }

    /// <summary>Ends a connection that the machine still believes in; perhaps one that was still to be opened.</summary>
    public void Cut(int id, ConnectionEnd end)
    {
        Remove(id)?.Abort();
        _graph.Loop.Post(now => _graph.Machine.Closed(now, id, end));
    }

    /// <summary>Waits for the farewells, when the loop has ended; they bound themselves.</summary>
    public async Task EndAsync()
    {
        foreach (GraphConnection connection in _connections.Values)
        {
            connection.Abort();
        }

        GraphConnection[] all = [.. _connections.Values, .. _ending];
        await Task.WhenAll(all.Select(connection => connection.Completion)).ConfigureAwait(false);
        foreach (GraphConnection connection in all)
        {
            connection.Dispose();
        }
    }

    void IConnectionObserver.Authenticated(GraphConnection connection) => _graph.Loop.Post(now =>
    {
        if (_connections.ContainsKey(connection.Id))
        {
            string peerId = connection.PeerId;
            _graph.Machine.Authenticated(now, connection.Id, peerId.Length == 0 ? null : peerId);
            connection.MaximumMessage = _graph.Machine.GetMaximumMessage(connection.Id);
        }
    });

    void IConnectionObserver.Received(GraphConnection connection, MessageBatch batch)
    {
        if (!_graph.Loop.Post(now => _intake.Take(now, connection, batch)))
        {
            batch.Dispose();
        }
    }

    void IConnectionObserver.Sent(GraphConnection connection) => _graph.Loop.Post(now =>
    {
        if (connection.TakeSent() is var bytes and > 0 && _connections.ContainsKey(connection.Id))
        {
            _graph.Machine.Sent(now, connection.Id, bytes);
        }
    });

    void IConnectionObserver.Closed(GraphConnection connection, Exception? failure) =>
        _graph.Loop.Post(now => _intake.Follow(now, connection.Id, later => OnClosed(later, connection, failure)));

    private bool TryWait(StreamConnection stream)
    {
        lock (_waitingStreams)
        {
            return _waitingStreams.TryEnter(stream.Remote.Address);
        }
    }

    private void TakeIn(Moment now, StreamConnection stream)
    {
        lock (_waitingStreams)
        {
            _waitingStreams.Leave(stream.Remote.Address);
        }

        if (_graph.Machine.Accept(now, GraphEndpoint.From(stream.Remote)) is { } id)
        {
            Start(id, isInitiator: false, token => _streams.AdmitAsync(stream, authInfo => AskForAdmission(id, authInfo), token));
        }
        else
        {
            TurnAway(stream);
        }
    }

    private void TurnAway(StreamConnection stream)
    {
        stream.Dispose();
        GraphLog.TurnedAway(_graph.Context.Logger, _graph.Id, stream.Remote);
    }

    private void Start(int id, bool isInitiator, Func<CancellationToken, Task<EstablishedConnection>> establish)
    {
        GraphContext context = _graph.Context;
        var connection = new GraphConnection(id, isInitiator, context.Limits, this, context.Time, context.Assembly);
        _connections.Add(id, connection);
        connection.Start(establish, _graph.Machine.GetAuthenticationTimeout(id));
    }

    private Task<GraphConnectionContext> AskForAdmission(int id, byte[] authInfo)
    {
        var admission = new TaskCompletionSource<GraphConnectionContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isPosted = _graph.Loop.Post(now =>
        {
            if (_connections.ContainsKey(id))
            {
                _admissions[id] = admission;
                _graph.Machine.Receive(now, id, authInfo);
            }
        });
        return isPosted ? admission.Task : Task.FromException<GraphConnectionContext>(_graph.NotOpen());
    }

    private GraphConnection? Remove(int id)
    {
        _admissions.Remove(id);
        if (_connections.Remove(id, out GraphConnection? connection))
        {
            _ending.Add(connection);
        }

        return connection;
    }

    private void OnClosed(Moment now, GraphConnection connection, Exception? failure)
    {
        bool isNews = _connections.Remove(connection.Id);
        _ending.Remove(connection);
        _admissions.Remove(connection.Id);
        if (isNews && _graph.Machine.IsOpen)
        {
            GraphLog.ConnectionEnded(
                _graph.Context.Logger, _graph.Id, connection.Id, connection.Remote, failure?.Message ?? "closed by the other side");
            if (failure is PeerException { Message: var reason })
            {
                _distrusts[connection.Id] = reason;
            }

            _graph.Machine.Closed(now, connection.Id, Translate(failure));
        }

        connection.Dispose();
    }

    private static ConnectionEnd Translate(Exception? failure) => failure switch
    {
        PeerException => ConnectionEnd.NotAuthenticated,
        InvalidDataException => ConnectionEnd.Violation,

        // Only the attempt to connect fails with one of these: streams wrap them.
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ConnectionEnd.NobodyListens,
        SocketException => ConnectionEnd.Unreachable,
        _ => ConnectionEnd.Lost,
    };
}
