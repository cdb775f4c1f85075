using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Remoting;

/// <summary>Keeps some <see cref="ServedRunspace"/>s for the cmdlets to come.</summary>
internal sealed class ServedRunspaces(NodeHost node) : IDisposable
{
    private const int MaximumKept = 4;

    private readonly ConcurrentStack<ServedRunspace> _idle = [];
    private bool _isClosed;

    public ServedRunspace Take() => _idle.TryPop(out ServedRunspace? kept) ? kept : ServedRunspace.Open(node);

    public void Return(ServedRunspace runspace)
    {
        runspace.Host.Caller = null;
        if (_isClosed || _idle.Count >= MaximumKept || runspace.Runspace.RunspaceStateInfo.State != RunspaceState.Opened)
        {
            // This may be a thread of its own.
            Task.Run(runspace.Dispose);
        }
        else
        {
            _idle.Push(runspace);
        }
    }

    public void Dispose()
    {
        _isClosed = true;
        while (_idle.TryPop(out ServedRunspace? kept))
        {
            kept.Dispose();
        }
    }
}
