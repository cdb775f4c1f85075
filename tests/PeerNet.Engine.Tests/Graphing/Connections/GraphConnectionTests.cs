using System.Net;
using System.Threading.Channels;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Graphing.Connections;

public sealed class GraphConnectionTests : IAsyncLifetime
{
    private static readonly TcpTransport Transport = new(TimeProvider.System);
    private static readonly AssemblyBudget Assembly = new(AssemblyBudget.DefaultBytes, TimeProvider.System);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Observer _observer = new();
    private readonly IStreamListener _listener = Transport.Listen([IPAddress.Loopback], 0);
    private readonly Channel<StreamConnection> _accepted = Channel.CreateUnbounded<StreamConnection>();

    public Task InitializeAsync()
    {
        _listener.Start(connection => _accepted.Writer.TryWrite(connection));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _listener.DisposeAsync();

    [Fact]
    public async Task Messages_go_both_ways()
    {
        (GraphConnection connection, FramedStream other) = await OpenAsync(new());

        Assert.True(connection.TrySend(Messages.Create(40_000, 1)));
        byte[] received = new byte[40_000];
        await other.ReadExactlyAsync(received);
        await other.WriteAsync(Messages.Create(100, 2));

        Assert.Equal(Messages.Create(40_000, 1), received);
        Assert.Equal(Messages.Create(100, 2), await _observer.NextAsync());
        Assert.Equal(40_000, connection.Queued);
        Assert.Equal(100, connection.Received);
        await EndAsync(connection);
    }

    [Fact]
    public async Task A_message_that_is_too_large_ends_the_connection()
    {
        (GraphConnection connection, FramedStream other) = await OpenAsync(new() { FirstMessage = 50 });

        await other.WriteAsync(Messages.Create(51));
        await connection.Completion.WaitAsync(Patience);

        Assert.IsType<InvalidDataException>(_observer.Failure);
    }

    [Fact]
    public async Task What_is_being_handled_may_allow_a_larger_message()
    {
        (GraphConnection connection, FramedStream other) = await OpenAsync(new() { FirstMessage = 50 });
        _observer.Handle = () => connection.MaximumMessage = 5000;

        await other.WriteAsync((byte[])[.. Messages.Create(20), .. Messages.Create(5000, 1)]);

        Assert.Equal(20, (await _observer.NextAsync()).Length);
        Assert.Equal(5000, (await _observer.NextAsync()).Length);
        await EndAsync(connection);
    }

    [Fact]
    public async Task A_farewell_arrives_although_the_other_side_has_sent_what_nobody_reads()
    {
        (GraphConnection connection, FramedStream other) = await OpenAsync(new());
        await other.WriteAsync(Messages.Create(16_000));
        connection.TrySend(Messages.Create(10, 1));

        connection.Close(Messages.Create(9, 2), flush: true);

        byte[] received = new byte[19];
        await other.ReadExactlyAsync(received);
        Assert.Equal([.. Messages.Create(10, 1), .. Messages.Create(9, 2)], received);
        Assert.Equal(0, await other.ReadAsync(new byte[1]));
        await other.DisposeAsync();
        await connection.Completion.WaitAsync(Patience);
        Assert.Null(_observer.Failure);
    }

    [Fact]
    public async Task A_side_that_does_not_read_is_refused_more_and_cut_in_time()
    {
        (GraphConnection connection, _) = await OpenAsync(new() { SendQueue = 1 << 20 });
        byte[] message = Messages.Create(64 * 1024);

        int taken = 0;
        while (connection.TrySend(message))
        {
            Assert.True(++taken < 10_000, "The queue has no end.");
        }

        Assert.True(connection.Waiting <= 1 << 20);
        connection.Close(Messages.Create(12), flush: false);
        await connection.Completion.WaitAsync(Patience);
    }

    [Fact]
    public async Task Whoever_is_not_authenticated_in_time_is_cut()
    {
        var connection = new GraphConnection(1, isInitiator: false, new(), _observer, TimeProvider.System, Assembly);

        connection.Start(
            async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                throw new InvalidOperationException();
            },
            TimeSpan.FromMilliseconds(50));
        await connection.Completion.WaitAsync(Patience);

        Assert.Equal(PeerErrors.ConnectionNotAuthenticated, Assert.IsType<PeerException>(_observer.Failure).Error);
        connection.Dispose();
    }

    [Fact]
    public async Task Messages_that_nobody_handles_stop_the_reading()
    {
        _observer.IsHandling = false;
        (GraphConnection connection, FramedStream other) = await OpenAsync(new());

        // More than the system buffers, so that writing stops when reading has.
        byte[] message = Messages.Create(16_000);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 4000; i++)
            {
                await other.WriteAsync(message);
            }
        });
        await _observer.Blocked.Task.WaitAsync(Patience);
        Assert.False(writing.IsCompleted);
        Assert.InRange(_observer.Batches, 1, GraphConnection.BatchesAhead);

        connection.Abort();
        await connection.Completion.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<IOException>(() => writing);
    }

    private async Task<(GraphConnection Connection, FramedStream Other)> OpenAsync(ConnectionLimits limits)
    {
        var connection = new GraphConnection(1, isInitiator: true, limits, _observer, TimeProvider.System, Assembly);
        connection.Start(
            async token =>
            {
                StreamConnection stream = await Transport.ConnectAsync(new(IPAddress.Loopback, _listener.Port), token);
                var frames = new FramedStream(stream.Stream);
                return new(stream, frames, new SecuredConnection(frames, "peer", null));
            },
            Patience);
        StreamConnection accepted = await _accepted.Reader.ReadAsync();
        await _observer.Opened.Task.WaitAsync(Patience);
        return (connection, new FramedStream(accepted.Stream));
    }

    private static async Task EndAsync(GraphConnection connection)
    {
        connection.Abort();
        await connection.Completion.WaitAsync(Patience);
        connection.Dispose();
    }

    private sealed class Observer : IConnectionObserver
    {
        private readonly Channel<byte[]> _messages = Channel.CreateUnbounded<byte[]>();
        private int _batches;

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Blocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Failure { get; private set; }

        public bool IsHandling { get; set; } = true;

        public int Batches => Volatile.Read(ref _batches);

        public Action Handle { get; set; } = () => { };

        public void Authenticated(GraphConnection connection) => Opened.TrySetResult();

        public void Received(GraphConnection connection, MessageBatch batch)
        {
            if (Interlocked.Increment(ref _batches) == GraphConnection.BatchesAhead)
            {
                Blocked.TrySetResult();
            }

            if (!IsHandling)
            {
                return;
            }

            foreach ((_, ReadOnlyMemory<byte> message) in batch.List())
            {
                _messages.Writer.TryWrite(message.ToArray());
            }

            Handle();
            connection.Release(batch);
        }

        public void Sent(GraphConnection connection)
        {
        }

        public void Closed(GraphConnection connection, Exception? failure) => Failure = failure;

        public Task<byte[]> NextAsync() => _messages.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }
}
