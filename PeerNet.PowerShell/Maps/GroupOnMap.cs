using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Maps;

/// <summary>The group whose graph is drawn: what it is called, and its members by their peer names.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Members">The members whose credentials count.</param>
internal sealed record GroupOnMap(string Name, IReadOnlyDictionary<string, PeerGroupMember> Members)
{
    public static GroupOnMap Create(PeerGroup group, IReadOnlyList<PeerGroupMember> members) => new(
        group.FriendlyName,
        members.Where(member => member.State == PeerMembership.Valid).ToDictionary(member => member.PeerName, StringComparer.Ordinal));
}
