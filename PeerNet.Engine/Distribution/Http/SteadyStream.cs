using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// The body of an answer, which must keep coming: a server that sends a byte now and then would hold a download for ever.
/// Only the time that is waited for the server counts.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="uri">What it is of, for messages.</param>
/// <param name="time">The clock.</param>
internal sealed class SteadyStream(Stream inner, Uri uri, TimeProvider time) : Stream
{
    /// <summary>Fewest bytes, unless the body ends, of each <see cref="Period"/> of waiting.</summary>
    public const int MinimumBytes = 16 * 1024;

    /// <summary>How long nothing may come, and what the pace is measured over.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private TimeSpan _waited;
    private long _received;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="PeerException">The body comes too slowly, or the connection ends before it.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await ReadSteadilyAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // Whoever writes what comes to a file must not take this for a failure of the file.
            throw PeerErrors.ConnectionFailed.Exception(
                $"The server of '{uri}' broke off ({exception.Message}).", uri, exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadSteadilyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource();
        using CancellationTokenRegistration given = cancellationToken.UnsafeRegister(
            static patience => ((CancellationTokenSource)patience!).Cancel(), patience);
        ValueTask<int> reading = inner.ReadAsync(buffer, patience.Token);

        // What is there already needs no timer.
        return reading.IsCompleted
            ? Take(await reading.ConfigureAwait(false), TimeSpan.Zero)
            : await WaitAsync(reading, patience, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> WaitAsync(
        ValueTask<int> reading, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        await using ITimer timer = time.CreateTimer(
            static patience => ((CancellationTokenSource)patience!).Cancel(), patience, Period, Timeout.InfiniteTimeSpan);
        try
        {
            return Take(await reading.ConfigureAwait(false), time.GetElapsedTime(began));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooSlow(exception);
        }
    }

    private int Take(int count, TimeSpan waited)
    {
        _received += count;
        _waited += waited;
        if (_waited < Period)
        {
            return count;
        }

        if (count > 0 && _received < MinimumBytes)
        {
            throw TooSlow(null);
        }

        _waited = TimeSpan.Zero;
        _received = 0;
        return count;
    }

    private PeerException TooSlow(Exception? cause) => PeerErrors.Timeout.Exception(
        $"'{uri}' comes too slowly: less than {MinimumBytes / 1024} KiB in {Period.TotalSeconds:0} s.", uri, cause);
}
