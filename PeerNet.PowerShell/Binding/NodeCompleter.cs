using System.Collections;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the names of running nodes.</summary>
internal sealed class NodeCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) =>
        NodeRegistry.All.Select(running => (running.Name, running.Name))
            .Concat(RemoteNode.FindAll().Where(other => NodeRegistry.Find(other.Name) is null).Select(other => (other.Name, $"{other.Name}, in {other.Owner}")));

    // Which nodes there are is known here.
    private protected override RemoteNode? FindRemote(IDictionary bound) => null;
}
