using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the names of this machine's clouds.</summary>
internal sealed class CloudCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : Ask(token => node.Engine.Pnrp.GetCloudsAsync(includeCache: false, token))
            .Select(cloud => (cloud.Name, $"{cloud.Name} ({cloud.Scope}, {cloud.State})"));
}
