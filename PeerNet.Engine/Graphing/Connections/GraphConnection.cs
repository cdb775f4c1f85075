using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>
/// One connection of a graph: establishes itself, reads messages as fast as they are handled, and sends what is queued.
/// It knows sizes, not meanings; the observer does the rest.
/// </summary>
internal sealed class GraphConnection : IDisposable
{
    /// <summary>How long the last message may take to leave, and the other side to close after it.</summary>
    internal static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    /// <summary>Batches of messages that one connection brings before one of them is handled.</summary>
    internal const int BatchesAhead = 8;

    private readonly IConnectionObserver _observer;
    private readonly TimeProvider _time;
    private readonly AssemblyBudget _assembly;
    private readonly SendQueue _queue;
    private readonly SemaphoreSlim _ahead = new(BatchesAhead, BatchesAhead);
    private readonly CancellationTokenSource _aborting = new();
    private EstablishedConnection? _established;
    private long _received;
    private long _sent;
    private long _untold;
    private int _maximumMessage;
    private bool _isDisposed;

    /// <param name="id">Tells it from the other connections of the graph.</param>
    /// <param name="isInitiator">Whether this node opens it.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="assembly">Room for large messages, which all connections share.</param>
    public GraphConnection(
        int id,
        bool isInitiator,
        ConnectionLimits limits,
        IConnectionObserver observer,
        TimeProvider time,
        AssemblyBudget assembly)
    {
        Id = id;
        IsInitiator = isInitiator;
        _observer = observer;
        _time = time;
        _assembly = assembly;
        _queue = new(limits.SendQueue);
        _maximumMessage = limits.FirstMessage;
    }

    public int Id { get; }

    public bool IsInitiator { get; }

    /// <summary>The other end; null until it is connected.</summary>
    public IPEndPoint? Remote => _established?.Transport.Remote;

    /// <summary>The peer id of the other side, once it is authenticated.</summary>
    public string PeerId => _established?.Secured.PeerId ?? "";

    /// <summary>What protects it, for people; null for nothing.</summary>
    public string? Cipher => _established?.Secured.Cipher;

    /// <summary>Bytes of messages received.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Bytes of messages queued to be sent.</summary>
    public long Queued => Interlocked.Read(ref _sent);

    /// <summary>Bytes that wait to be sent.</summary>
    public long Waiting => _queue.Waiting;

    /// <summary>Most bytes that a message may have from here on.</summary>
    public int MaximumMessage
    {
        get => Volatile.Read(ref _maximumMessage);
        set => Volatile.Write(ref _maximumMessage, value);
    }

    /// <summary>Ends when the connection is over and the observer told.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Begins.</summary>
    /// <param name="establish">Connects if need be, and authenticates.</param>
    /// <param name="timeout">How long that may take.</param>
    public void Start(Func<CancellationToken, Task<EstablishedConnection>> establish, TimeSpan timeout) =>
        Completion = Task.Run(() => RunAsync(establish, timeout));

    /// <summary>Queues a message.</summary>
    /// <returns>False where so much waits already that the other side must be considered stuck.</returns>
    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (!_queue.TryAdd(message))
        {
            return false;
        }

        Interlocked.Add(ref _sent, message.Length);
        return true;
    }

    /// <summary>Bytes that have left since the last question.</summary>
    public long TakeSent() => Interlocked.Exchange(ref _untold, 0);

    /// <summary>A batch has been handled.</summary>
    public void Release(MessageBatch batch)
    {
        batch.Dispose();
        _ahead.Release();
    }

    /// <summary>Ends the connection with a last message, within <see cref="FarewellTime"/>.</summary>
    /// <param name="last">The message; empty for none.</param>
    /// <param name="flush">Whether it leaves behind what is queued, or instead of it.</param>
    public void Close(ReadOnlySpan<byte> last, bool flush)
    {
        if (_established is null)
        {
            Abort();
            return;
        }

        _queue.Complete(last, flush);
        _ = AbortLaterAsync();
    }

    /// <summary>Ends the connection now.</summary>
    public void Abort()
    {
        lock (_queue)
        {
            if (!_isDisposed)
            {
                _aborting.Cancel();
            }
        }
    }

    /// <summary>For when the connection is over.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _isDisposed = true;
        }

        _queue.Dispose();
        _aborting.Dispose();
        _ahead.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task<EstablishedConnection>> establish, TimeSpan timeout)
    {
        Exception? failure = null;
        try
        {
            EstablishedConnection established = await EstablishAsync(establish, timeout).ConfigureAwait(false);
            _established = established;
            established.Frames.IsGathering = true;
            _observer.Authenticated(this);
            failure = await ExchangeAsync(established).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            failure = exception;
        }
#pragma warning disable CA1031 // A security provider may throw anything; the connection is over, and the observer is told why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = PeerErrors.ConnectionNotAuthenticated.Exception(
                $"The security provider failed: {exception.Message}", null, exception);
        }
        finally
        {
            _observer.Closed(this, failure);
        }
    }

    private async Task<EstablishedConnection> EstablishAsync(
        Func<CancellationToken, Task<EstablishedConnection>> establish, TimeSpan timeout)
    {
        using var timer = new CancellationTokenSource(timeout, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _aborting.Token);

        // A security provider may block, or care about no token; then it is left behind.
        Task<EstablishedConnection> establishing = Task.Run(() => establish(ending.Token));
        try
        {
            return await establishing.WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            _ = DiscardAsync(establishing);
            if (timer.IsCancellationRequested)
            {
                throw PeerErrors.ConnectionNotAuthenticated.Exception("The other side did not authenticate in time.");
            }

            throw;
        }
    }

    // How it ends matters to nobody any more, but what it has opened is to be closed.
    private static async Task DiscardAsync(Task<EstablishedConnection> establishing)
    {
        await ((Task)establishing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (establishing.IsCompletedSuccessfully)
        {
            (await establishing.ConfigureAwait(false)).Dispose();
        }
    }

    /// <summary>Reads and sends until one of both ends.</summary>
    private async Task<Exception?> ExchangeAsync(EstablishedConnection established)
    {
        using EstablishedConnection owned = established;
        Task reading = ReadAsync(established);
        Task sending = SendAsync(established);
        Task first = await Task.WhenAny(reading, sending).ConfigureAwait(false);
        if (first == sending && sending.IsCompletedSuccessfully)
        {
            // The farewell has left. Closing with unread input would take it back (RFC 2525 2.17).
            established.Transport.CompleteSending();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }

        await _aborting.CancelAsync().ConfigureAwait(false);
        established.Dispose();
        await Task.WhenAll(reading, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Unwrap(reading) ?? Unwrap(sending);
    }

    private async Task ReadAsync(EstablishedConnection established)
    {
        using var reader = new MessageReader(
            established.Secured.Stream,
            (bytes, token) => _assembly.ReserveAsync(established.Transport.Remote.Address, bytes, Abort, token));
        while (await ReadBatchAsync(reader).ConfigureAwait(false) is { } batch)
        {
            Interlocked.Add(ref _received, batch.Length);
            await _ahead.WaitAsync(_aborting.Token).ConfigureAwait(false);
            _observer.Received(this, batch);
        }
    }

    private async ValueTask<MessageBatch?> ReadBatchAsync(MessageReader reader)
    {
        try
        {
            return await reader.ReadAsync(() => MaximumMessage, _aborting.Token).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            // What is still being handled may allow more, as WELCOME does. Then the same message is looked at again.
            await WaitUntilHandledAsync().ConfigureAwait(false);
            return await reader.ReadAsync(() => MaximumMessage, _aborting.Token).ConfigureAwait(false);
        }
    }

    private async Task WaitUntilHandledAsync()
    {
        for (int i = 0; i < BatchesAhead; i++)
        {
            await _ahead.WaitAsync(_aborting.Token).ConfigureAwait(false);
        }

        _ahead.Release(BatchesAhead);
    }

    private Task SendAsync(EstablishedConnection established) => _queue.SendAsync(
        established.Secured.Stream, established.FlushAsync, OnSent, _aborting.Token);

    // Told in the order of the loop, and once for whatever left meanwhile.
    private void OnSent(int bytes)
    {
        if (Interlocked.Add(ref _untold, bytes) == bytes && bytes > 0)
        {
            _observer.Sent(this);
        }
    }

    private async Task AbortLaterAsync()
    {
        await Task.WhenAny(Completion, Task.Delay(FarewellTime, _time)).ConfigureAwait(false);
        Abort();
    }

    private static bool IsExpected(Exception exception) =>
        exception is PeerException or OperationCanceledException or IOException or SocketException
            or InvalidDataException or ObjectDisposedException;

    private static Exception? Unwrap(Task task) =>
        task.IsCanceled || task.Exception?.InnerException is ObjectDisposedException ? null : task.Exception?.InnerException;
}
