using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes a node's groups by friendly name; by peer name where several have it.</summary>
internal sealed class GroupCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node)
    {
        IReadOnlyList<PeerGroup> all = node is null ? StateOnDisk.ReadGroups() : Ask(node.Engine.Groups.ListAsync);
        return NameByFriendlyName(all.DistinctBy(group => group.PeerName), group => group.FriendlyName, group => group.PeerName);
    }
}
