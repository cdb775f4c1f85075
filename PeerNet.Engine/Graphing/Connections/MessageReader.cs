using System.Buffers;
using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>
/// Finds messages in a stream by the size that each begins with (MS-PPGRH 2.2.1.2). Memory follows what has been
/// received, never what a size announces, and a large message is only read once there is room for all of it.
/// </summary>
/// <param name="stream">Carries the messages; it stays the caller's.</param>
/// <param name="reserve">Waits for the room of a message that has more than <see cref="AssemblyBudget.Free"/> bytes; null
/// where no limit is kept.</param>
internal sealed class MessageReader(Stream stream, Func<long, CancellationToken, ValueTask<IDisposable>>? reserve = null)
    : IDisposable
{
    /// <summary>The head that every message has.</summary>
    public const int HeadLength = 8;

    private const int BufferLength = 32 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private IDisposable? _room;
    private int _length;

    /// <summary>The next whole messages: what is there, but at least one.</summary>
    /// <param name="maximumSize">Most bytes that a message may have; asked for again with each message.</param>
    /// <param name="cancellationToken">Gives up; the reader cannot be used any more.</param>
    /// <returns>The messages; null where the other side has closed the connection between two messages.</returns>
    /// <exception cref="InvalidDataException">A message announces an impossible size.</exception>
    /// <exception cref="EndOfStreamException">The connection ends within a message.</exception>
    public async ValueTask<MessageBatch?> ReadAsync(Func<int> maximumSize, CancellationToken cancellationToken)
    {
        while (true)
        {
            int whole = Measure(maximumSize);
            if (whole > 0)
            {
                return Take(whole);
            }

            int wanted = await MakeRoomAsync(cancellationToken).ConfigureAwait(false);
            int read = await stream.ReadAsync(_buffer.AsMemory(_length, wanted), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return _length == 0 ? null : throw new EndOfStreamException("The connection ended within a message.");
            }

            _length += read;
        }
    }

    public void Dispose()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _room?.Dispose();
        _room = null;
    }

    private int Measure(Func<int> maximumSize)
    {
        int whole = 0;
        while (_length - whole >= sizeof(uint))
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(whole));
            if (size < HeadLength || size > (uint)maximumSize())
            {
                // What came before it is handled first: it may change what is allowed.
                return whole > 0 ? whole : throw new InvalidDataException($"A message announces {size} bytes.");
            }

            if (size > _length - whole)
            {
                break;
            }

            whole += (int)size;
        }

        return whole;
    }

    private MessageBatch Take(int whole)
    {
        byte[] taken = _buffer;
        int left = _length - whole;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferLength, left));
        taken.AsSpan(whole, left).CopyTo(_buffer);
        _length = left;
        IDisposable? room = _room;
        _room = null;
        return new(taken, whole, room);
    }

    /// <summary>Sees to it that something can be read behind what is there.</summary>
    /// <returns>How many bytes: of a large message no more than it has, so that the next one begins a buffer of its own.</returns>
    private async ValueTask<int> MakeRoomAsync(CancellationToken cancellationToken)
    {
        int size = _length < sizeof(uint) ? 0 : BinaryPrimitives.ReadInt32BigEndian(_buffer);
        bool isLarge = size > AssemblyBudget.Free;
        if (isLarge && _room is null && reserve is not null)
        {
            _room = await reserve(size, cancellationToken).ConfigureAwait(false);
        }

        if (_length == _buffer.Length)
        {
            int larger = isLarge ? (int)Math.Min(_length * 2L, size) : _length * 2;
            Grow(larger);
        }

        return isLarge ? Math.Min(_buffer.Length, size) - _length : _buffer.Length - _length;
    }

    private void Grow(int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
