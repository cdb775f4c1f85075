using System.Buffers.Binary;

namespace PeerNet.Engine.Graphing.Connections;

/// <summary>
/// Puts what is written into frames, and gives what frames carry to who reads (MS-PPGRH 2.2.1.1). Every write begins a
/// frame of its own. One reader and one writer may use it at the same time.
/// </summary>
/// <param name="inner">The connection; it is disposed of with this.</param>
/// <param name="maximumFrame">Most bytes of a frame, in either direction: one that is longer ends the connection.</param>
internal sealed class FramedStream(Stream inner, int maximumFrame = FramedStream.DefaultMaximumFrame) : Stream
{
    /// <summary>Most bytes of a frame that Windows sends where no security provider says otherwise.</summary>
    public const int DefaultMaximumFrame = 16_379;

    private const int HeadLength = sizeof(ushort);
    private const int BufferLength = 64 * 1024;

    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(BufferLength);
    private int _receivedStart;
    private int _receivedEnd;
    private int _frameLeft;
    private byte[] _sending = [];
    private int _sendingLength;
    private bool _isDisposed;

    /// <summary>Whether frames are gathered until <see cref="FlushAsync(CancellationToken)"/>, rather than sent at once.</summary>
    public bool IsGathering { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sending.Length == 0)
        {
            // A stranger who only connects costs one buffer, not two.
            _sending = GC.AllocateUninitializedArray<byte>(BufferLength);
        }

        for (ReadOnlyMemory<byte> left = buffer; left.Length > 0;)
        {
            int length = Math.Min(left.Length, maximumFrame);
            if (_sendingLength + HeadLength + length > _sending.Length)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }

            BinaryPrimitives.WriteUInt16BigEndian(_sending.AsSpan(_sendingLength), (ushort)length);
            left.Span[..length].CopyTo(_sending.AsSpan(_sendingLength + HeadLength));
            _sendingLength += HeadLength + length;
            left = left[length..];
        }

        if (!IsGathering)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken).ConfigureAwait(false);
        await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="InvalidDataException">The other side sends a frame of no bytes, or of too many.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        int read = 0;
        while (read == 0)
        {
            read = TakeReceived(buffer.Span);
            if (read == 0 && !await ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException("This stream is asynchronous.");

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream is asynchronous.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream is asynchronous.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Copies what has been received of frames; several of them where there is room.</summary>
    private int TakeReceived(Span<byte> destination)
    {
        int copied = 0;
        while (copied < destination.Length)
        {
            if (_frameLeft == 0 && !BeginFrame())
            {
                break;
            }

            int length = Math.Min(Math.Min(_frameLeft, _receivedEnd - _receivedStart), destination.Length - copied);
            if (length == 0)
            {
                break;
            }

            _received.AsSpan(_receivedStart, length).CopyTo(destination[copied..]);
            _receivedStart += length;
            _frameLeft -= length;
            copied += length;
        }

        return copied;
    }

    private bool BeginFrame()
    {
        if (_receivedEnd - _receivedStart < HeadLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(_received.AsSpan(_receivedStart));
        if (length == 0 || length > maximumFrame)
        {
            throw new InvalidDataException("The other side sent a frame of no bytes, or of too many.");
        }

        _receivedStart += HeadLength;
        _frameLeft = length;
        return true;
    }

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        int left = _receivedEnd - _receivedStart;
        _received.AsSpan(_receivedStart, left).CopyTo(_received);
        (_receivedStart, _receivedEnd) = (0, left);
        int read = await inner.ReadAsync(_received.AsMemory(left), cancellationToken).ConfigureAwait(false);
        _receivedEnd += read;
        return read > 0;
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (_sendingLength > 0)
        {
            int length = _sendingLength;
            _sendingLength = 0;
            await inner.WriteAsync(_sending.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
    }
}
