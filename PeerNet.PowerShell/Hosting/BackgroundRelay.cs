using System.Management.Automation;
using PeerNet.Engine.Node;

namespace PeerNet.PowerShell.Hosting;

/// <summary>A relay into the runspace of a background node, whose own thread runs the action for one event after the other.</summary>
internal sealed class BackgroundRelay : EventRelay
{
    private readonly object _handover = new();
    private readonly BackgroundRunspace _background;
    private bool _isRaised;
    private bool _hasEnded;

    private BackgroundRelay(BackgroundRunspace background, EventRequest request)
        : base(background.Runspace.Events, request)
    {
        _background = background;
        Subscriber.Action.StateChanged += OnJobStateChanged;
    }

    public static PSEventSubscriber Start(PeerNode node, BackgroundRunspace background, EventRequest request)
    {
        var relay = new BackgroundRelay(background, request);
        relay.Start(node.Subscribe);
        return relay.Subscriber;
    }

    // Whoever ends a subscription runs what PowerShell still has of its events, and two threads at once in a runspace
    // wait for each other for ever. So an event that was raised becomes an action before its subscription ends.
    public override void Dispose()
    {
        base.Dispose();
        lock (_handover)
        {
            _hasEnded = true;
            while (_isRaised)
            {
                Monitor.Wait(_handover);
            }
        }
    }

    protected override void OnWaiting() => _background.Post(RaiseNext);

    private void RaiseNext()
    {
        PeerEventArgs? args;
        lock (_handover)
        {
            if (_hasEnded || !Waiting.TryRead(out args))
            {
                return;
            }

            _isRaised = true;
        }

        Raise(args);
    }

    // PowerShell sets the state to Running each time an action begins. A job that failed ignores further events.
    private void OnJobStateChanged(object? sender, JobStateEventArgs change)
    {
        lock (_handover)
        {
            _isRaised = false;
            _hasEnded |= change.JobStateInfo.State != JobState.Running;
            Monitor.PulseAll(_handover);
        }
    }
}
