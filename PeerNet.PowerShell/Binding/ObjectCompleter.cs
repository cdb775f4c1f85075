using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the ids of this node's own objects.</summary>
internal sealed class ObjectCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : Ask(node.Engine.Collaboration.GetObjectsAsync).Select(shown => (
            shown.Id.ToString(), $"{shown.Id}: {PeerText.FormatBytes(shown.Data.Length)} for {shown.Scope}"));
}
