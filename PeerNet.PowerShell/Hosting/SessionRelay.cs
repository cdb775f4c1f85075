using System.Management.Automation;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// A relay into the runspace where the subscription was made: actions run when PowerShell finds time for them there;
/// events without an action are queued for Get-Event and Wait-Event.
/// </summary>
internal sealed class SessionRelay : EventRelay
{
    // Runs after the action in the same runspace, so that the next event is handed over only then.
    private static readonly ScriptBlock ReleaseScript = ScriptBlock.Create("$Sender.Invoke()");

    private readonly SemaphoreSlim _handled = new(0);
    private readonly PSEventSubscriber? _release;

    private SessionRelay(PSEventManager manager, EventRequest request)
        : base(manager, request)
    {
        if (request.Action is not null)
        {
            _release = manager.SubscribeEvent(
                null, null, Subscriber.SourceIdentifier + ".handled", null, ReleaseScript, supportEvent: true, forwardEvent: false);
        }
    }

    public static PSEventSubscriber Start(
        Func<Action<PeerEvent>, IDisposable> subscribe, PSEventManager manager, EventRequest request)
    {
        var relay = new SessionRelay(manager, request);
        relay.Start(subscribe);
        _ = Task.Run(relay.DeliverAsync);
        return relay.Subscriber;
    }

    protected override (int Count, long Bytes) MeasureUntaken()
    {
        PSEventArgsCollection queue = Manager.ReceivedEvents;
        lock (queue.SyncRoot)
        {
            PSEventArgs[] own = [.. queue.Where(queued => queued.SourceIdentifier == Subscriber.SourceIdentifier)];
            return (own.Length, own.Sum(queued => (queued.SourceEventArgs as PeerEventArgs)?.Size ?? 0));
        }
    }

    private async Task DeliverAsync()
    {
        await foreach (PeerEventArgs args in Waiting.ReadAllAsync().ConfigureAwait(false))
        {
            Raise(args);
            if (_release is not null)
            {
                Raise(_release.SourceIdentifier, (Action)(() => _handled.Release()), args);
                await _handled.WaitAsync().ConfigureAwait(false);
            }
        }

        if (_release is not null)
        {
            Manager.UnsubscribeEvent(_release);
        }
    }
}
