using System.Collections;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the members of a group by friendly name; by peer name where several have it.</summary>
internal sealed class MemberCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node, IDictionary bound)
    {
        if (node is null)
        {
            return [];
        }

        IReadOnlyList<PeerGroup> all = Ask(node.Engine.Groups.ListAsync);
        IEnumerable<string> wanted = GetGroup(bound) is { } named
            ? [GroupNames.Get(all, named, node.Name).PeerName]
            : all.Where(group => group.IsOpen).Select(group => group.PeerName).Distinct();
        return NameByFriendlyName(
            wanted.SelectMany(group => Ask(token => node.Engine.Groups.GetMembersAsync(group, token))),
            member => member.FriendlyName,
            member => member.PeerName);
    }
}
