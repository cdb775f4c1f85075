using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the names of running nodes.</summary>
internal sealed class NodeCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) =>
        NodeRegistry.All.Select(running => (running.Name, running.Name));
}
