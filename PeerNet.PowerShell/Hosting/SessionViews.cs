using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// The module's views in the sessions that have it. For a module with views PowerShell builds those of the whole session
/// anew, which costs more than the rest of the import. So they are a nested module of their own, which a session gets as
/// soon as its prompt is idle, and with its first cmdlet at the latest.
/// </summary>
internal static class SessionViews
{
    private static readonly string Manifest = Path.GetFullPath(
        Path.Combine(typeof(SessionViews).Assembly.Location, "..", "..", "Views", "PeerNet.Views.psd1"));

    // Run in the module's own session state, this makes the views nested in it: no list shows them, and they leave with it.
    private static readonly string Import =
        $"Import-Module '{Manifest.Replace("'", "''", StringComparison.Ordinal)}' -Verbose:$false";

    private static readonly ConditionalWeakTable<Runspace, Session> Waiting = [];

    /// <summary>Called where a runspace has imported the module.</summary>
    public static void Attach(Runspace runspace)
    {
        Detach(runspace);
        Waiting.Add(runspace, new Session());
        runspace.AvailabilityChanged += AwaitIdle;
    }

    /// <summary>Called by a cmdlet of the module before it writes anything.</summary>
    public static void Load(PSModuleInfo? module)
    {
        Runspace runspace = Runspace.DefaultRunspace;
        if (!Waiting.TryGetValue(runspace, out _))
        {
            return;
        }

        Detach(runspace);

        // An assembly that was imported without the manifest has no session state, and no views.
        if (module?.SessionState is not null && CanUpdate(runspace.InitialSessionState))
        {
            module.Invoke(ScriptBlock.Create(Import));
        }
    }

    /// <summary>Called where a runspace has removed the module.</summary>
    public static void Detach(Runspace runspace)
    {
        if (Waiting.TryGetValue(runspace, out Session? session))
        {
            Waiting.Remove(runspace);
            runspace.AvailabilityChanged -= AwaitIdle;
            if (session.Idle is { } idle)
            {
                runspace.Events.UnsubscribeEvent(idle);
            }
        }
    }

    // Called when the pipeline that imported the module has ended. Scripts do not come here, and need no idle prompt.
    private static void AwaitIdle(object? sender, RunspaceAvailabilityEventArgs change)
    {
        if (change.RunspaceAvailability != RunspaceAvailability.Available || sender is not Runspace runspace
            || !Waiting.TryGetValue(runspace, out Session? session))
        {
            return;
        }

        runspace.AvailabilityChanged -= AwaitIdle;
        if (CanUpdate(runspace.InitialSessionState))
        {
            session.Idle = runspace.Events.SubscribeEvent(
                source: null,
                eventName: null,
                PSEngineEvent.OnIdle,
                data: null,
                ScriptBlock.Create($"if ($module = Get-Module PeerNet) {{ & $module {{ {Import} }} }}"),
                supportEvent: true,
                forwardEvent: false,
                maxTriggerCount: 1);
        }
    }

    // Some hosts give their runspaces views that are not to be changed.
    private static bool CanUpdate(InitialSessionState state) =>
        !state.DisableFormatUpdates && state.Formats.All(entry => entry.Formattable is null);

    private sealed class Session
    {
        /// <summary>Loads the views at the idle prompt.</summary>
        public PSEventSubscriber? Idle { get; set; }
    }
}
