using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace PeerNet.PowerShell.Hosting;

/// <summary>
/// A runspace that nobody types into. Actions of a background node's events run in it, on a thread of its own, with
/// the module loaded and the node current.
/// </summary>
internal sealed class BackgroundRunspace : IDisposable
{
    private BackgroundRunspace(Runspace runspace) => Runspace = runspace;

    public Runspace Runspace { get; }

    /// <param name="name">The node's name.</param>
    /// <param name="host">The host that shows what actions write.</param>
    /// <param name="module">Path of the module's manifest.</param>
    public static BackgroundRunspace Open(string name, PSHost host, string module)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([module]);
        Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Name = $"PeerNet {name}";
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Open();
        return new BackgroundRunspace(runspace);
    }

    /// <summary>Closes it without waiting, because an action of its own may have asked for that.</summary>
    public void Dispose()
    {
        Runspace.StateChanged += (_, change) =>
        {
            // Only disposal ends the runspace's thread, which would keep the process alive.
            if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
            {
                Runspace.Dispose();
            }
        };
        Runspace.CloseAsync();
    }
}
