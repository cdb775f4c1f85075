using System.Collections.Concurrent;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Runspaces with the module and a node, in which cmdlets run for other processes. Opening one takes long, so some are
/// kept.</summary>
internal sealed class ServedRunspaces(NodeHost node) : IDisposable
{
    private const int MaximumKept = 4;

    private static readonly string Manifest = Path.GetFullPath(
        Path.Combine(typeof(ServedRunspaces).Assembly.Location, "..", "..", "PeerNet.psd1"));

    private readonly ConcurrentStack<(Runspace Runspace, ServedHost Host)> _idle = [];
    private bool _isClosed;

    public (Runspace Runspace, ServedHost Host) Take() => _idle.TryPop(out var kept) ? kept : Open();

    public void Return(Runspace runspace, ServedHost host)
    {
        host.Caller = null;
        if (_isClosed || _idle.Count >= MaximumKept || runspace.RunspaceStateInfo.State != RunspaceState.Opened)
        {
            runspace.Dispose();
        }
        else
        {
            _idle.Push((runspace, host));
        }
    }

    public void Dispose()
    {
        _isClosed = true;
        while (_idle.TryPop(out var kept))
        {
            kept.Runspace.Dispose();
        }
    }

    private (Runspace Runspace, ServedHost Host) Open()
    {
        var host = new ServedHost();
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([Manifest]);
        Runspace runspace = RunspaceFactory.CreateRunspace((PSHost)host, state);
        runspace.Name = $"PeerNet {node.Name} for others";
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Open();

        // Nobody looks at objects here.
        SessionViews.Detach(runspace);
        NodeRegistry.SetCurrent(runspace, node);
        return (runspace, host);
    }
}
