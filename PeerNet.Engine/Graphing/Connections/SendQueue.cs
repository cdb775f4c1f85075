using System.Buffers;
using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>
/// The messages that wait to leave through one connection, bounded in bytes. One thread adds; another one, at the same
/// time, sends what has gathered as one write a message and one flush for all.
/// </summary>
/// <param name="capacity">Most bytes that wait, before <see cref="TryAdd"/> refuses.</param>
internal sealed class SendQueue(long capacity) : IDisposable
{
    private const int BufferLength = 16 * 1024;

    // After so much of a long batch those who wait for room hear of it, rather than at its end.
    private const int Portion = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _filled = new(0, 1);
    private byte[] _gathering = [];
    private int _length;
    private long _leaving;
    private bool _isCompleted;

    /// <summary>Bytes that wait or are on their way to the system.</summary>
    public long Waiting
    {
        get
        {
            lock (_lock)
            {
                return _length + _leaving;
            }
        }
    }

    /// <summary>Adds a whole message.</summary>
    /// <returns>False where too much waits, or the queue is completed; the message is not added then. One message is
    /// always taken, however large.</returns>
    public bool TryAdd(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            long waiting = _length + _leaving;
            if (_isCompleted || (waiting > 0 && waiting + message.Length > capacity))
            {
                return false;
            }

            Append(message);
            Signal();
        }

        return true;
    }

    /// <summary>Takes no more messages; <see cref="SendAsync"/> ends after those that wait.</summary>
    /// <param name="last">A last message; empty for none.</param>
    /// <param name="flush">Whether it leaves behind those that wait, or instead of those whose sending has not begun.</param>
    public void Complete(ReadOnlySpan<byte> last, bool flush)
    {
        lock (_lock)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            _length = flush ? _length : 0;
            Append(last);

            Signal();
        }
    }

    /// <summary>Sends until the queue is completed and empty.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="flush">Sends what <paramref name="stream"/> has gathered.</param>
    /// <param name="sent">Told how many more bytes of messages have left: all of them after each flush, and before it those
    /// that the stream has taken.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    public async Task SendAsync(
        Stream stream, Func<CancellationToken, Task> flush, Action<int> sent, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _filled.WaitAsync(cancellationToken).ConfigureAwait(false);
            (byte[] batch, int length, bool isLast) = Take();
            int told = 0;
            try
            {
                for (int start = 0; start < length;)
                {
                    int size = (int)BinaryPrimitives.ReadUInt32BigEndian(batch.AsSpan(start));
                    await stream.WriteAsync(batch.AsMemory(start, size), cancellationToken).ConfigureAwait(false);
                    start += size;
                    if (start - told >= Portion)
                    {
                        Leave(start - told);
                        sent(start - told);
                        told = start;
                    }
                }

                await flush(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Return(batch);
            }

            sent(length - told);
            if (isLast)
            {
                return;
            }
        }
    }

    /// <summary>For when nobody sends any more; messages that come later are refused.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isCompleted = true;
            _length = 0;
            _filled.Dispose();
        }
    }

    private (byte[] Batch, int Length, bool IsLast) Take()
    {
        lock (_lock)
        {
            (byte[] batch, int length) = (_gathering, _length);
            (_gathering, _length, _leaving) = ([], 0, length);
            return (batch, length, _isCompleted);
        }
    }

    private void Leave(int bytes)
    {
        lock (_lock)
        {
            _leaving -= bytes;
        }
    }

    private void Return(byte[] batch)
    {
        if (batch.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(batch);
        }

        lock (_lock)
        {
            _leaving = 0;
        }
    }

    private void Append(ReadOnlySpan<byte> message)
    {
        int needed = checked(_length + message.Length);
        if (needed > _gathering.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferLength, Math.Max(needed, _length * 2)));
            _gathering.AsSpan(0, _length).CopyTo(larger);
            if (_gathering.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_gathering);
            }

            _gathering = larger;
        }

        message.CopyTo(_gathering.AsSpan(_length));
        _length = needed;
    }

    private void Signal()
    {
        if (_filled.CurrentCount == 0)
        {
            _filled.Release();
        }
    }
}
