using System.Globalization;
using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that works with the groups of a node.</summary>
public abstract class GroupCmdlet : NodeCmdlet
{
    private static readonly TimeSpan WarningTime = TimeSpan.FromDays(7);

    /// <summary>The groups of the node.</summary>
    private protected IGroupService Groups => Peer.Groups;

    /// <summary>The groups that there are.</summary>
    private protected IReadOnlyList<PeerGroup> ListGroups() => Await(Groups.ListAsync);

    /// <summary>The group that a caller names by its peer name or its friendly name.</summary>
    /// <param name="name">What the caller wrote.</param>
    /// <param name="identity">The peer name of this node's member that is meant; null for any.</param>
    private protected PeerGroup GetGroup(string name, string? identity = null)
    {
        IReadOnlyList<PeerGroup> all = ListGroups();
        PeerGroup found = GroupNames.Get(all, name, NodeHost.Name);
        return identity is null
            ? found
            : all.FirstOrDefault(group => group.PeerName == found.PeerName && group.Identity == identity) ?? found;
    }

    /// <summary>The group that a caller names, which has to be open.</summary>
    private protected PeerGroup GetOpenGroup(string name)
    {
        PeerGroup group = GetGroup(name);
        GroupNames.RequireOpen(group);
        return group;
    }

    /// <summary>The members of a group that are known here.</summary>
    private protected IReadOnlyList<PeerGroupMember> GetMembers(PeerGroup group) =>
        Await(token => Groups.GetMembersAsync(group.PeerName, token));

    /// <summary>The peer name of the identity that a caller names; null for none.</summary>
    private protected string? GetIdentity(string? name) =>
        name is null ? null : Identities.Get(Peer.Identities, name).PeerName.Value;

    /// <summary>Writes a group, and warns of a credential that ends soon, or has ended.</summary>
    private protected void WriteGroup(PeerGroup group)
    {
        WriteWithNode(group);
        if (group.CredentialExpires is not { } end || group.Revocation is not null)
        {
            return;
        }

        TimeSpan left = end - DateTimeOffset.UtcNow;
        if (left < WarningTime)
        {
            string when = left > TimeSpan.Zero
                ? string.Create(CultureInfo.InvariantCulture, $"ends in {Math.Floor(left.TotalDays):0} days and {left.Hours} hours")
                : "has ended";
            WriteWarning(
                $"The credential of {group.Identity} in the group '{group.FriendlyName}' {when} ({PeerText.FormatTime(end)}). An administrator "
                + "renews it with Set-PeerGroupMember, by itself while it is connected.");
        }
    }
}
