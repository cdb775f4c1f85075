namespace PeerNet.Engine.Tests.Distribution.Content;

/// <summary>A stream that cannot seek, gives a few bytes at a time, and calls back before each read.</summary>
internal sealed class SlowStream(byte[] content, int step, Action<int> beforeRead) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        beforeRead(_position);
        int taken = Math.Min(Math.Min(count, step), content.Length - _position);
        content.AsSpan(_position, taken).CopyTo(buffer.AsSpan(offset));
        _position += taken;
        return taken;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
