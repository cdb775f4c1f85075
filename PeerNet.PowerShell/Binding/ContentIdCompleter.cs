using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the ids of what a node has published.</summary>
internal sealed class ContentIdCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : Ask(node.Engine.Distribution.GetPublishedAsync).Select(content => (content.ContentId, content.Path ?? content.ContentId));
}
