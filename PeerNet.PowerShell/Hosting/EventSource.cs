using System.Management.Automation;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// The object behind a subscription. PowerShell tells the end of subscriptions to .NET events only, so there is one;
/// it is never raised, because PowerShell would hand such events to the thread pool and lose their order.
/// </summary>
/// <param name="name">What is shown as the subscription's source.</param>
internal sealed class EventSource(string name)
{
    private EventHandler<PeerEventArgs>? _raised;

    public event EventHandler<PeerEventArgs> Raised
    {
        add => _raised += value;
        remove => _raised -= value;
    }

    /// <summary>Whether a subscription is to events of a node, not one of somebody else's.</summary>
    public static bool IsSourceOf(PSEventSubscriber subscriber) => subscriber.SourceObject is EventSource;

    public override string ToString() => name;
}
