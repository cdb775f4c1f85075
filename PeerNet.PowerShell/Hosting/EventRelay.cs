using System.Management.Automation;
using System.Threading.Channels;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// Carries the events of a node to one subscriber in PowerShell's own event manager, in order. What the subscriber has
/// not taken yet is bounded: beyond <see cref="Capacity"/> or <see cref="CapacityBytes"/> events are dropped, and one
/// EventsLost event counts them.
/// </summary>
internal abstract class EventRelay : IDisposable
{
    /// <summary>Most events that wait for a subscriber.</summary>
    public const int Capacity = 10_000;

    /// <summary>Bytes that they keep in memory at most; a single event may have more.</summary>
    public const long CapacityBytes = 16 << 20;

    // Not the single-reader kind, which cannot be counted.
    private readonly Channel<PeerEventArgs> _waiting = Channel.CreateUnbounded<PeerEventArgs>();

    private readonly EventRequest _request;
    private IDisposable? _subscription;
    private IDisposable? _held;
    private PeerEventArgs? _gap;
    private long _waitingBytes;

    // At most so much has not been taken: as measured last, and what was raised since. Nothing is measured yet.
    private long _untaken = Capacity;
    private long _untakenBytes;

    protected EventRelay(PSEventManager manager, EventRequest request)
    {
        _request = request;
        Manager = manager;
        Subscriber = manager.SubscribeEvent(
            new EventSource(request.Sender.ToString()!),
            nameof(EventSource.Raised),
            request.SourceIdentifier,
            request.MessageData,
            request.Action,
            supportEvent: false,
            forwardEvent: false,
            request.MaxTriggerCount);
        Subscriber.Unsubscribed += (_, _) => Dispose();
    }

    /// <summary>The subscriber that PowerShell's event cmdlets know.</summary>
    public PSEventSubscriber Subscriber { get; }

    protected PSEventManager Manager { get; }

    /// <summary>The events to raise; nothing comes any more when the subscription has ended.</summary>
    protected ChannelReader<PeerEventArgs> Waiting => _waiting.Reader;

    /// <summary>Subscribes to a node, until the PowerShell subscription ends.</summary>
    /// <param name="subscribe">Subscribes an observer to the events of the node.</param>
    public void Start(Func<Action<PeerEvent>, IDisposable> subscribe)
    {
        _held = _request.Hold?.Invoke();
        _subscription = subscribe(Offer);
    }

    /// <summary>Ends the subscription to the node, when that in PowerShell is ending.</summary>
    public virtual void Dispose()
    {
        _subscription?.Dispose();
        _held?.Dispose();
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out _))
        {
            // Nobody wants them any more.
        }
    }

    /// <summary>Called when one more event waits. On the node's event loop: must not block.</summary>
    protected virtual void OnWaiting()
    {
    }

    /// <summary>How many events were raised that the subscriber has not taken yet, and what they keep in memory.</summary>
    protected virtual (int Count, long Bytes) MeasureUntaken() => (0, 0);

    protected void Raise(PeerEventArgs args)
    {
        Interlocked.Increment(ref _untaken);
        Interlocked.Add(ref _untakenBytes, args.Size);
        Raise(Subscriber.SourceIdentifier, _request.Sender, args);
        Interlocked.Add(ref _waitingBytes, -args.Size);
    }

    // "In the current thread" means that the event is queued before the call returns, which keeps the order; actions
    // run in a pipeline of the runspace all the same.
    protected void Raise(string sourceIdentifier, object sender, PeerEventArgs args) =>
        Manager.GenerateEvent(
            sourceIdentifier, sender, [args], _request.MessageData, processInCurrentThread: true, waitForCompletionInCurrentThread: false);

    private void Offer(PeerEvent happened)
    {
        if (!_request.Filter(happened))
        {
            return;
        }

        if (HasRoom(happened.Size))
        {
            _gap = null;
            Enqueue(new PeerEventArgs(happened));
            return;
        }

        if (_gap is null)
        {
            _gap = new PeerEventArgs(happened.Node, happened.Time);
            Enqueue(_gap);
        }

        _gap.AddLost();
    }

    // Measuring goes through all that waits for the subscriber: only where it may be too much.
    private bool HasRoom(long size)
    {
        if (!Fits(size))
        {
            Measure();
        }

        return Fits(size);
    }

    private bool Fits(long size)
    {
        long bytes = Interlocked.Read(ref _untakenBytes) + Interlocked.Read(ref _waitingBytes);
        return Interlocked.Read(ref _untaken) + _waiting.Reader.Count < Capacity
            && (bytes == 0 || bytes + size <= CapacityBytes);
    }

    // What is raised meanwhile counts twice at worst, until the next time.
    private void Measure()
    {
        (long untaken, long untakenBytes) = (Interlocked.Read(ref _untaken), Interlocked.Read(ref _untakenBytes));
        (int count, long bytes) = MeasureUntaken();
        Interlocked.Add(ref _untaken, count - untaken);
        Interlocked.Add(ref _untakenBytes, bytes - untakenBytes);
    }

    private void Enqueue(PeerEventArgs args)
    {
        if (_waiting.Writer.TryWrite(args))
        {
            Interlocked.Add(ref _waitingBytes, args.Size);
            OnWaiting();
        }
    }
}
