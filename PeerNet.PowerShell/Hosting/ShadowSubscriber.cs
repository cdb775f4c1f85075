using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// Stands in a session for a subscriber of a background runspace, so that Get-EventSubscriber and Unregister-Event
/// find it there. It receives nothing itself. The subscription outlives the session, as the background node does.
/// </summary>
internal static class ShadowSubscriber
{
    public static void Create(
        PSEventManager session, Runspace runspace, PSEventSubscriber subscriber, PSEventManager background)
    {
        PSEventSubscriber shadow = session.SubscribeEvent(
            subscriber.SourceObject,
            nameof(EventSource.Raised),
            subscriber.SourceIdentifier,
            data: null,
            (_, _) => { },
            supportEvent: false,
            forwardEvent: false);
        shadow.Unsubscribed += (_, _) =>
        {
            if (runspace.RunspaceStateInfo.State == RunspaceState.Opened)
            {
                background.UnsubscribeEvent(subscriber);
            }
        };
        subscriber.Unsubscribed += (_, _) => session.UnsubscribeEvent(shadow);
    }
}
