using System.Threading.Channels;

namespace PeerNet.Engine.Node;

/// <summary>
/// One observer and its queue. When the queue is full, everything is dropped until the observer has emptied it; then one
/// <see cref="PeerEventType.EventsLost"/> says how many events it missed, exactly where they are missing.
/// </summary>
internal sealed class EventSubscription : IDisposable
{
    /// <summary>Events that wait for one observer at most.</summary>
    public const int Capacity = 10_000;

    /// <summary>Bytes that they keep in memory at most; a single event may have more.</summary>
    public const long CapacityBytes = 16 << 20;

    private readonly Channel<PeerEvent> _queue = Channel.CreateBounded<PeerEvent>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly Action<PeerEvent> _observer;
    private readonly Func<long, PeerEvent> _describeLoss;
    private readonly Action<Exception> _reportFailure;
    private readonly Action<EventSubscription> _ended;
    private readonly Lock _lock = new();
    private long _lost;
    private long _bytes;

    public EventSubscription(
        Action<PeerEvent> observer,
        Func<long, PeerEvent> describeLoss,
        Action<Exception> reportFailure,
        Action<EventSubscription> ended)
    {
        _observer = observer;
        _describeLoss = describeLoss;
        _reportFailure = reportFailure;
        _ended = ended;
        Completion = Task.Run(DeliverAsync);
    }

    /// <summary>Ends when the queue is empty after <see cref="Complete"/>.</summary>
    public Task Completion { get; }

    public void Publish(PeerEvent happened)
    {
        lock (_lock)
        {
            bool hasRoom = _bytes == 0 || _bytes + happened.Size <= CapacityBytes;
            if (_lost > 0 || !hasRoom || !_queue.Writer.TryWrite(happened))
            {
                _lost++;
            }
            else
            {
                _bytes += happened.Size;
            }
        }
    }

    /// <summary>Takes no more events; those that wait are still delivered.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public void Dispose()
    {
        Complete();
        while (_queue.Reader.TryRead(out _))
        {
            // Nobody wants them any more.
        }

        _ended(this);
    }

    private async Task DeliverAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_queue.Reader.TryRead(out PeerEvent? happened))
            {
                Deliver(happened);
                lock (_lock)
                {
                    _bytes -= happened.Size;
                }
            }

            if (TakeLost() is var lost and > 0)
            {
                Deliver(_describeLoss(lost));
            }
        }
    }

    private long TakeLost()
    {
        lock (_lock)
        {
            long lost = _lost;
            _lost = 0;
            return lost;
        }
    }

    private void Deliver(PeerEvent happened)
    {
        try
        {
            _observer(happened);
        }
#pragma warning disable CA1031 // An observer's failure is its own; the others and the node go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _reportFailure(exception);
        }
    }
}
