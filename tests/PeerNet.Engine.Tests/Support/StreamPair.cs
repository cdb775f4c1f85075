using System.IO.Pipelines;

namespace PeerNet.Engine.Tests.Support;

/// <summary>The two ends of a connection in memory.</summary>
internal sealed class StreamPair : IDisposable
{
    private readonly Pipe _there = new();
    private readonly Pipe _back = new();

    public StreamPair()
    {
        First = new Duplex(_back.Reader.AsStream(), _there.Writer.AsStream());
        Second = new Duplex(_there.Reader.AsStream(), _back.Writer.AsStream());
    }

    public Stream First { get; }

    public Stream Second { get; }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
                output.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
