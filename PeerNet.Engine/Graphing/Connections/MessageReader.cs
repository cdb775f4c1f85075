using System.Buffers;
using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>
/// Finds messages in a stream by the size that each begins with (MS-PPGRH 2.2.1.2). Memory follows what has been
/// received, never what a size announces.
/// </summary>
/// <param name="stream">Carries the messages; it stays the caller's.</param>
internal sealed class MessageReader(Stream stream) : IDisposable
{
    /// <summary>The head that every message has.</summary>
    public const int HeadLength = 8;

    private const int BufferLength = 32 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
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

            MakeRoom();
            int read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken).ConfigureAwait(false);
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
        return new(taken, whole);
    }

    private void MakeRoom()
    {
        if (_length == _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
