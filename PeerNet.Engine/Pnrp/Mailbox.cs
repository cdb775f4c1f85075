using System.Buffers;
using System.Threading.Channels;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// The one queue of a cloud's loop: datagrams, callers' questions and timers, in the order they came. Datagrams are
/// bounded by number and dropped when there are too many; the work of callers is bounded by the callers, who wait for it.
/// </summary>
internal sealed class Mailbox : IDatagramSink
{
    /// <summary>Datagrams that wait at most; each holds a buffer of <see cref="IDatagramSink.BufferLength"/>.</summary>
    public const int MaximumDatagrams = 1024;

    // A timer waits 49 days at most.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(
        new UnboundedChannelOptions { SingleReader = true });

    private int _datagrams;
    private long _overflows;

    /// <summary>Datagrams dropped because too many waited.</summary>
    public long Overflows => Interlocked.Read(ref _overflows);

    public bool TryAccept(DatagramAddress source, byte[] buffer, int length)
    {
        if (Interlocked.Increment(ref _datagrams) > MaximumDatagrams)
        {
            Interlocked.Decrement(ref _datagrams);
            Interlocked.Increment(ref _overflows);
            return false;
        }

        if (_entries.Writer.TryWrite(new(source, buffer, length, null)))
        {
            return true;
        }

        Interlocked.Decrement(ref _datagrams);
        return false;
    }

    /// <summary>Has <paramref name="work"/> done by the loop, unless it has ended.</summary>
    public bool Post(Action work) => _entries.Writer.TryWrite(new(default, null, 0, work));

    /// <summary>Has <paramref name="work"/> done by the loop and waits for its result.</summary>
    /// <exception cref="PeerException">The loop has ended.</exception>
    public Task<T> AskAsync<T>(Func<T> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool posted = Post(() =>
        {
            try
            {
                answer.SetResult(work());
            }
#pragma warning disable CA1031 // The failure belongs to the caller who waits.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                answer.SetException(exception);
            }
        });
        return posted
            ? answer.Task
            : Task.FromException<T>(PeerErrors.NotInitialized.Exception("The node has been stopped."));
    }

    /// <inheritdoc cref="AskAsync{T}"/>
    public Task AskAsync(Action work) => AskAsync(() =>
    {
        work();
        return true;
    });

    /// <summary>Has <paramref name="work"/> done by the loop, later.</summary>
    /// <returns>What ends the wait early.</returns>
    public IDisposable After(TimeProvider time, TimeSpan delay, Action work)
    {
        ITimer? timer = null;
        TimeSpan left = delay;

        // The callback refers to its timer: nothing else keeps it from being collected.
        timer = time.CreateTimer(
            _ =>
            {
                if (left > TimeSpan.Zero)
                {
                    timer?.Change(NextStep(), Timeout.InfiniteTimeSpan);
                    return;
                }

                Post(work);
                timer?.Dispose();
            },
            null,
            NextStep(),
            Timeout.InfiniteTimeSpan);
        return timer;

        TimeSpan NextStep()
        {
            TimeSpan step = left < LongestTimer ? left : LongestTimer;
            left -= step;
            return step;
        }
    }

    /// <summary>Takes no more entries; the loop ends after those that wait.</summary>
    public void Complete() => _entries.Writer.TryComplete();

    /// <summary>Runs until <see cref="Complete"/>.</summary>
    /// <param name="receive">Takes a datagram.</param>
    /// <param name="settle">Called after each batch, before the loop waits again.</param>
    /// <param name="fail">Told of an entry that failed; the loop goes on with the next.</param>
    public async Task RunAsync(DatagramHandler receive, Action settle, Action<Exception> fail)
    {
        const int batch = 64;
        while (await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            for (int i = 0; i < batch && _entries.Reader.TryRead(out Entry entry); i++)
            {
                Handle(entry, receive, fail);
            }

            Handle(new(default, null, 0, settle), receive, fail);
        }
    }

    private void Handle(Entry entry, DatagramHandler receive, Action<Exception> fail)
    {
        try
        {
            if (entry.Work is { } work)
            {
                work();
            }
            else
            {
                Interlocked.Decrement(ref _datagrams);
                receive(entry.Source, entry.Buffer.AsSpan(0, entry.Length));
            }
        }
#pragma warning disable CA1031 // One bad entry, a bug included, must not take the cloud down; it is reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            fail(exception);
        }
        finally
        {
            if (entry.Buffer is { } buffer)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Takes a datagram that is valid for the time of the call.</summary>
    internal delegate void DatagramHandler(DatagramAddress source, ReadOnlySpan<byte> datagram);

    private readonly record struct Entry(DatagramAddress Source, byte[]? Buffer, int Length, Action? Work);
}
