using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <content>The connections below the machine's.</content>
internal sealed partial class GraphRunner : IConnectionObserver
{

    private static readonly Dictionary<int, RecordVerdict> NoVerdicts = [];

    private readonly Dictionary<int, GraphConnection> _connections = [];
    private readonly Dictionary<int, TaskCompletionSource<GraphConnectionContext>> _admissions = [];
    private readonly Dictionary<int, string> _distrusts = [];
    private readonly HashSet<GraphConnection> _ending = [];
    private readonly ConnectionOrder _order = new();

    // Streams that have come in and that the loop has not looked at.
    private readonly SourcePlaces _waitingStreams = new(total: 256, each: 64, crowded: 8);
    private long _zone;

    void IConnectionObserver.Authenticated(GraphConnection connection) => _loop.Post(now =>
    {
        if (_connections.ContainsKey(connection.Id))
        {
            string peerId = connection.PeerId;
            _machine.Authenticated(now, connection.Id, peerId.Length == 0 ? null : peerId);
            connection.MaximumMessage = _machine.GetMaximumMessage(connection.Id);
        }
    });

    void IConnectionObserver.Received(GraphConnection connection, MessageBatch batch)
    {
        if (!_loop.Post(now => _order.Enter(now, connection.Id, later => Receive(later, connection, batch, NoVerdicts))))
        {
            batch.Dispose();
        }
    }

    void IConnectionObserver.Sent(GraphConnection connection) => _loop.Post(now =>
    {
        if (connection.TakeSent() is var bytes and > 0 && _connections.ContainsKey(connection.Id))
        {
            _machine.Sent(now, connection.Id, bytes);
        }
    });

    void IConnectionObserver.Closed(GraphConnection connection, Exception? failure) =>
        _loop.Post(now => _order.Enter(now, connection.Id, later => OnClosed(later, connection, failure)));

    /// <summary>A stream has come in. On the listener's thread.</summary>
    private void Accept(StreamConnection accepted)
    {
        IDisposable? place = GraphScopes.Includes(_scope, accepted.Local.Address)
            ? _context.Places.TryEnter(accepted.Remote.Address)
            : null;
        StreamConnection stream = accepted with { Place = place };
        if (place is null || !TryWait(stream) || !_loop.Post(now => TakeIn(now, stream)))
        {
            stream.Dispose();
            GraphLog.TurnedAway(_context.Logger, GraphId, stream.Remote);
        }
    }

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

        if (!_isOpen || _machine.Accept(now, GraphEndpoint.From(stream.Remote)) is not { } id)
        {
            stream.Dispose();
            GraphLog.TurnedAway(_context.Logger, GraphId, stream.Remote);
            return;
        }

        GraphConnection connection = Add(id, isInitiator: false);
        connection.Start(token => AdmitAsync(id, stream, token), _machine.GetAuthenticationTimeout(id));
    }

    private void Dial(int id, GraphEndpoint endpoint, GraphConnectionContext context, ReadOnlyMemory<byte> authInfo)
    {
        GraphConnection connection = Add(id, isInitiator: true);
        IPEndPoint target = endpoint.ToIPEndPoint(_zone);
        connection.Start(token => DialAsync(target, context, authInfo, token), _machine.GetAuthenticationTimeout(id));
    }

    private GraphConnection Add(int id, bool isInitiator)
    {
        var connection = new GraphConnection(id, isInitiator, _context.Limits, this, _context.Time, _context.Assembly);
        _connections.Add(id, connection);
        return connection;
    }

    private async Task<EstablishedConnection> DialAsync(
        IPEndPoint target, GraphConnectionContext context, ReadOnlyMemory<byte> authInfo, CancellationToken cancellationToken)
    {
        StreamConnection stream = await ReachAsync(target, cancellationToken).ConfigureAwait(false);
        var frames = new FramedStream(stream.Stream);
        try
        {
            // A security provider that does not come back must not keep the stream.
            using CancellationTokenRegistration giveUp = cancellationToken.Register(stream.Dispose);
            await frames.WriteAsync(authInfo, cancellationToken).ConfigureAwait(false);
            SecuredConnection secured =
                await _provider.AuthenticateAsync(frames, WithAddress(context, stream), cancellationToken).ConfigureAwait(false);
            return new(stream, frames, secured);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static GraphConnectionContext WithAddress(GraphConnectionContext context, StreamConnection stream) =>
        context with { RemoteAddress = stream.Remote.Address };

    // The system gives up on a silent host only after minutes.
    private async Task<StreamConnection> ReachAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_context.Options.OpenTimeout, _context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _context.Transport.ConnectAsync(target, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private async Task<EstablishedConnection> AdmitAsync(int id, StreamConnection stream, CancellationToken cancellationToken)
    {
        var frames = new FramedStream(stream.Stream);
        try
        {
            using CancellationTokenRegistration giveUp = cancellationToken.Register(stream.Dispose);
            byte[] authInfo = await ReadAuthInfoAsync(frames, cancellationToken).ConfigureAwait(false);
            GraphConnectionContext context =
                await AskForAdmissionAsync(id, authInfo).WaitAsync(cancellationToken).ConfigureAwait(false);
            SecuredConnection secured =
                await _provider.AuthenticateAsync(frames, WithAddress(context, stream), cancellationToken).ConfigureAwait(false);
            return new(stream, frames, secured);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // Exactly AUTH_INFO: what follows belongs to the security provider.
    private async Task<byte[]> ReadAuthInfoAsync(FramedStream frames, CancellationToken cancellationToken)
    {
        byte[] head = new byte[MessageReader.HeadLength];
        await frames.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (size < MessageReader.HeadLength || size > _context.Limits.AuthInfo)
        {
            throw new InvalidDataException($"The first message announces {size} bytes.");
        }

        byte[] message = new byte[size];
        head.CopyTo(message, 0);
        await frames.ReadExactlyAsync(message.AsMemory(head.Length), cancellationToken).ConfigureAwait(false);
        return message;
    }

    private Task<GraphConnectionContext> AskForAdmissionAsync(int id, byte[] authInfo)
    {
        var admission = new TaskCompletionSource<GraphConnectionContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool posted = _loop.Post(now =>
        {
            if (_connections.ContainsKey(id))
            {
                _admissions[id] = admission;
                _machine.Receive(now, id, authInfo);
            }
        });
        return posted ? admission.Task : Task.FromException<GraphConnectionContext>(NotOpen(GraphId));
    }

    private void Admit(int id, GraphConnectionContext context)
    {
        if (_admissions.Remove(id, out TaskCompletionSource<GraphConnectionContext>? admission))
        {
            admission.TrySetResult(context);
        }
    }

    /// <summary>Passes messages to the machine until one of them is to be judged, which is done elsewhere.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Where they came from.</param>
    /// <param name="batch">The messages; it is released when all are handled.</param>
    /// <param name="verdicts">What the security provider has said of those that it was asked about, by position.</param>
    private void Receive(
        Moment now, GraphConnection connection, MessageBatch batch, IReadOnlyDictionary<int, RecordVerdict> verdicts)
    {
        bool isPaused = false;
        try
        {
            while (!batch.IsEmpty && !isPaused && _isOpen && _connections.ContainsKey(connection.Id))
            {
                isPaused = !TryReceive(now, connection.Id, batch, verdicts);
            }

            if (isPaused)
            {
                _order.Pause(connection.Id);
                _ = JudgeAsync(connection, batch);
            }
            else if (_isOpen && _connections.ContainsKey(connection.Id))
            {
                connection.MaximumMessage = _machine.GetMaximumMessage(connection.Id);
            }
        }
        finally
        {
            if (!isPaused)
            {
                connection.Release(batch);
            }
        }
    }

    /// <summary>Passes the next message to the machine, unless it is to be judged first.</summary>
    private bool TryReceive(Moment now, int id, MessageBatch batch, IReadOnlyDictionary<int, RecordVerdict> verdicts)
    {
        ReadOnlySpan<byte> message = batch.Peek().Span;
        bool isJudged = verdicts.TryGetValue(batch.Position, out RecordVerdict verdict);
        if (!isJudged && _machine.FindQuestion(id, message) is not null)
        {
            return false;
        }

        _machine.Receive(now, id, message, isJudged ? verdict : null);
        batch.Skip();
        return true;
    }

    /// <summary>Has the records of a batch judged, and goes on with it then.</summary>
    private async Task JudgeAsync(GraphConnection connection, MessageBatch batch)
    {
        List<int> positions = [];
        List<RecordQuestion> questions = [];
        foreach ((int position, ReadOnlyMemory<byte> message) in batch.List())
        {
            if (_machine.FindQuestion(connection.Id, message.Span) is { } question)
            {
                positions.Add(position);
                questions.Add(question);
            }
        }

        try
        {
            RecordVerdict[] verdicts = await _judge.JudgeAsync(questions, _leaving.Token).ConfigureAwait(false);
            Dictionary<int, RecordVerdict> found = positions.Zip(verdicts).ToDictionary();
            _loop.Post(now => _order.Resume(now, connection.Id, later => Receive(later, connection, batch, found)));
        }
        catch (OperationCanceledException)
        {
            // The graph is being left; nobody waits for the records any more.
        }
    }

    private void Send(int id, ReadOnlySpan<byte> message)
    {
        if (_connections.TryGetValue(id, out GraphConnection? connection) && !connection.TrySend(message))
        {
            Cut(id, ConnectionEnd.TooSlow);
        }
    }

    private void Close(int id, ReadOnlyMemory<byte> farewell, bool flush)
    {
        _admissions.Remove(id);
        if (_connections.Remove(id, out GraphConnection? connection))
        {
            _ending.Add(connection);
            connection.Close(farewell.Span, flush);
        }
    }

    /// <summary>Ends a connection that the machine still believes in.</summary>
    private void Cut(int id, ConnectionEnd end)
    {
        if (_connections.Remove(id, out GraphConnection? connection))
        {
            _admissions.Remove(id);
            _ending.Add(connection);
            connection.Abort();
            _loop.Post(now => _machine.Closed(now, id, end));
        }
    }

    private void OnClosed(Moment now, GraphConnection connection, Exception? failure)
    {
        bool isNews = _connections.Remove(connection.Id);
        _ending.Remove(connection);
        _admissions.Remove(connection.Id);
        if (isNews && _isOpen)
        {
            GraphLog.ConnectionEnded(
                _context.Logger, GraphId, connection.Id, connection.Remote, failure?.Message ?? "closed by the other side");
            if (failure is PeerException { Message: var reason })
            {
                _distrusts[connection.Id] = reason;
            }

            _machine.Closed(now, connection.Id, Translate(failure));
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

    /// <summary>Waits for the farewells, when the loop has ended; they bound themselves.</summary>
    private async Task EndConnectionsAsync()
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
}
