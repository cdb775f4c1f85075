using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing;

/// <summary>
/// The one queue of a graph's loop: what its connections brought, callers' questions and timers, in the order they came.
/// Connections bound what they put in; callers wait for their answers.
/// </summary>
internal sealed class GraphMailbox
{
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(
        new UnboundedChannelOptions { SingleReader = true });

    private int _own;

    /// <summary>Whether there is work that publishes something.</summary>
    public bool HasOwn => Volatile.Read(ref _own) > 0;

    /// <summary>Has <paramref name="work"/> done by the loop, unless it has ended.</summary>
    /// <param name="work">What.</param>
    /// <param name="isOwn">Whether it publishes something, which must be on the disk before others hear of it.</param>
    public bool Post(Action work, bool isOwn = false)
    {
        if (isOwn)
        {
            Interlocked.Increment(ref _own);
        }

        return _entries.Writer.TryWrite(new(work, isOwn));
    }

    /// <summary>Takes no more entries; the loop ends after those that wait.</summary>
    public void Complete() => _entries.Writer.TryComplete();

    /// <summary>Waits for work.</summary>
    /// <returns>False where there will be none any more.</returns>
    public ValueTask<bool> WaitAsync() => _entries.Reader.WaitToReadAsync();

    /// <summary>The next piece of work, where there is one.</summary>
    /// <param name="allowsOwn">Whether it may publish something.</param>
    /// <param name="work">What is to be done.</param>
    public bool TryTake(bool allowsOwn, [NotNullWhen(true)] out Action? work)
    {
        work = null;
        if (!_entries.Reader.TryPeek(out Entry next) || (next.IsOwn && !allowsOwn) || !_entries.Reader.TryRead(out next))
        {
            return false;
        }

        if (next.IsOwn)
        {
            Interlocked.Decrement(ref _own);
        }

        work = next.Work;
        return true;
    }

    /// <summary>Fails for callers of a graph that is closed.</summary>
    public static PeerException Ended(string graphId) =>
        PeerErrors.InvalidGraph.Exception($"The graph '{graphId}' is not open.", graphId);

    private readonly record struct Entry(Action Work, bool IsOwn);
}
