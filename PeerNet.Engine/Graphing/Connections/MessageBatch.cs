using System.Buffers;
using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>Whole messages as they came, one after the other. Whoever has handled them disposes of the batch.</summary>
/// <param name="buffer">A buffer of the shared pool.</param>
/// <param name="length">How much of it the messages fill.</param>
internal sealed class MessageBatch(byte[] buffer, int length) : IDisposable
{
    private byte[]? _buffer = buffer;

    /// <summary>Bytes of all messages.</summary>
    public int Length => length;

    /// <summary>Calls back with each message. The memory is the batch's.</summary>
    /// <returns>False where the callback has had enough.</returns>
    public bool ForEach(Func<ReadOnlyMemory<byte>, bool> handle)
    {
        for (int start = 0; start < length;)
        {
            int size = (int)BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(start));
            if (!handle(_buffer.AsMemory(start, size)))
            {
                return false;
            }

            start += size;
        }

        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
