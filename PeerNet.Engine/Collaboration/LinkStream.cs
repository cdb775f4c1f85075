using System.Buffers;
using System.Buffers.Binary;
using System.Net.Security;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Collaboration;

/// <summary>The bytes of one link: frames in, batches out, one at a time.</summary>
/// <param name="id">The number of the link.</param>
/// <param name="connection">The connection; it is closed with the link.</param>
/// <param name="stream">What TLS has made of it.</param>
/// <param name="time">The clock.</param>
internal sealed class LinkStream(int id, StreamConnection connection, SslStream stream, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    private readonly ReadingPace _pace = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _writing = Task.CompletedTask;
    private int _isClosed;

    /// <summary>The number of the link.</summary>
    public int Id { get; } = id;

    /// <summary>Hands over each message, and waits until it has been taken before it reads on. Ends with the link.</summary>
    /// <param name="take">Takes a message; false ends.</param>
    public async Task ReadAsync(Func<ReadOnlyMemory<byte>, Task<bool>> take)
    {
        byte[] head = new byte[CollaborationMessage.PrefixLength];
        try
        {
            while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, _closing.Token).ConfigureAwait(false) == head.Length)
            {
                uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
                if (length is 0 or > CollaborationMessage.MaximumLength || !await ReadMessageAsync((int)length, take).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The link has ended, which is what whoever waits for this wants to know.
        }
    }

    /// <summary>Writes a batch, after the one that is on its way.</summary>
    /// <returns>Whether the connection took it.</returns>
    public Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        Task<bool> written = WriteAfterAsync(_writing, bytes);
        _writing = written;
        return written;
    }

    /// <summary>Closes the connection, after the batch that is on its way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        try
        {
            await _writing.WaitAsync(ClosingTime, time, CancellationToken.None).ConfigureAwait(false);
            await stream.ShutdownAsync().WaitAsync(ClosingTime, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or TimeoutException or InvalidOperationException)
        {
            // The other side is gone, or does not read.
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
        connection.Dispose();
        _closing.Dispose();
    }

    private async Task<bool> ReadMessageAsync(int length, Func<ReadOnlyMemory<byte>, Task<bool>> take)
    {
        // Who sends faster than he may is read later: his own connection keeps what he has sent.
        TimeSpan wait = _pace.Take(length, time.GetElapsedTime(0));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, _closing.Token).ConfigureAwait(false);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length), _closing.Token).ConfigureAwait(false);
            return await take(buffer.AsMemory(0, length)).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> WriteAfterAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before.ConfigureAwait(false);
        return await WriteOnceAsync(bytes).ConfigureAwait(false);
    }

    private async Task<bool> WriteOnceAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes, _closing.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The link has ended.
            return false;
        }
    }
}
