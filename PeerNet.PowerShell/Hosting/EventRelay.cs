using System.Management.Automation;
using System.Threading.Channels;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// Carries the events of a node to one subscriber in PowerShell's own event manager, in order. What the subscriber has
/// not taken yet is bounded: beyond <see cref="Capacity"/> events are dropped, and one EventsLost event counts them.
/// </summary>
internal sealed class EventRelay : IDisposable
{
    /// <summary>Most events that wait for a subscriber.</summary>
    public const int Capacity = 10_000;

    // Runs after the action in the same runspace, so that the next event is handed over only then.
    private static readonly ScriptBlock ReleaseScript = ScriptBlock.Create("$Sender.Invoke()");

    // Not the single-reader kind, which cannot be counted.
    private readonly Channel<PeerEventArgs> _waiting = Channel.CreateUnbounded<PeerEventArgs>();

    private readonly SemaphoreSlim _handled = new(0);
    private readonly PSEventManager _manager;
    private readonly Func<PeerEvent, bool> _filter;
    private readonly object _sender;
    private readonly PSObject? _messageData;
    private PSEventSubscriber? _release;
    private IDisposable? _subscription;
    private PeerEventArgs? _gap;

    private EventRelay(PSEventManager manager, EventRequest request)
    {
        _manager = manager;
        _filter = request.Filter;
        _sender = request.Sender;
        _messageData = request.MessageData;
        Subscriber = manager.SubscribeEvent(
            new EventSource(request.Sender.ToString()!),
            nameof(EventSource.Raised),
            request.SourceIdentifier,
            request.MessageData,
            request.Action,
            supportEvent: false,
            forwardEvent: false,
            request.MaxTriggerCount);
    }

    /// <summary>The subscriber that PowerShell's event cmdlets know.</summary>
    public PSEventSubscriber Subscriber { get; }

    private string ReleaseIdentifier => Subscriber.SourceIdentifier + ".handled";

    /// <summary>Subscribes to a node; ending the PowerShell subscription ends the relay.</summary>
    public static EventRelay Start(PeerNode node, PSEventManager manager, EventRequest request)
    {
        var relay = new EventRelay(manager, request);
        relay.Subscriber.Unsubscribed += (_, _) => relay.Dispose();
        if (request.Action is not null)
        {
            relay._release = manager.SubscribeEvent(
                null, null, relay.ReleaseIdentifier, null, ReleaseScript, supportEvent: true, forwardEvent: false);
        }

        relay._subscription = node.Subscribe(relay.Offer);
        _ = Task.Run(relay.DeliverAsync);
        return relay;
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _waiting.Writer.TryComplete();
    }

    // On the node's event loop: must not block.
    private void Offer(PeerEvent happened)
    {
        if (!_filter(happened))
        {
            return;
        }

        if (_waiting.Reader.Count + CountUntaken() < Capacity)
        {
            _gap = null;
            _waiting.Writer.TryWrite(new PeerEventArgs(happened));
            return;
        }

        if (_gap is null)
        {
            _gap = new PeerEventArgs(happened.Node, happened.Time);
            _waiting.Writer.TryWrite(_gap);
        }

        _gap.AddLost();
    }

    private async Task DeliverAsync()
    {
        await foreach (PeerEventArgs args in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Raise(Subscriber.SourceIdentifier, _sender, args);
            if (_release is not null)
            {
                Raise(ReleaseIdentifier, (Action)(() => _handled.Release()), args);
                await _handled.WaitAsync().ConfigureAwait(false);
            }
        }

        if (_release is not null)
        {
            _manager.UnsubscribeEvent(_release);
        }
    }

    // "In the current thread" means that the event is queued before the call returns, which keeps the order; actions
    // run on the runspace's own thread all the same.
    private void Raise(string sourceIdentifier, object sender, PeerEventArgs args) =>
        _manager.GenerateEvent(
            sourceIdentifier, sender, [args], _messageData, processInCurrentThread: true, waitForCompletionInCurrentThread: false);

    // Events without an action stay in the session's queue until Get-Event, Wait-Event and Remove-Event take them.
    private int CountUntaken()
    {
        PSEventArgsCollection queue = _manager.ReceivedEvents;
        lock (queue.SyncRoot)
        {
            return queue.Count < Capacity
                ? 0
                : queue.Count(queued => queued.SourceIdentifier == Subscriber.SourceIdentifier);
        }
    }
}
