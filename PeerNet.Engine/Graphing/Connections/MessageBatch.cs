using System.Buffers;
using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>Whole messages as they came, one after the other. Whoever has handled them disposes of the batch.</summary>
/// <param name="buffer">A buffer of the shared pool.</param>
/// <param name="length">How much of it the messages fill.</param>
/// <param name="room">Given back with the buffer; null for nothing.</param>
internal sealed class MessageBatch(byte[] buffer, int length, IDisposable? room = null) : IDisposable
{
    private byte[]? _buffer = buffer;

    /// <summary>Bytes of all messages.</summary>
    public int Length => length;

    /// <summary>Where the next message begins.</summary>
    public int Position { get; private set; }

    /// <summary>Whether all messages have been taken.</summary>
    public bool IsEmpty => Position == length;

    /// <summary>The next message; the batch must not be empty. The memory is the batch's.</summary>
    public ReadOnlyMemory<byte> Peek() => At(Position);

    /// <summary>Goes on to the message after the next one.</summary>
    public void Skip() => Position += Peek().Length;

    /// <summary>The messages that have not been taken, and where they begin.</summary>
    public IEnumerable<(int Position, ReadOnlyMemory<byte> Message)> List()
    {
        for (int start = Position; start < length;)
        {
            ReadOnlyMemory<byte> message = At(start);
            yield return (start, message);
            start += message.Length;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
            room?.Dispose();
        }
    }

    private ReadOnlyMemory<byte> At(int start) =>
        _buffer.AsMemory(start, (int)BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(start)));
}
