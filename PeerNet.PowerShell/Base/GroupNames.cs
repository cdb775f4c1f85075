using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Base;

/// <summary>Groups and members by what people call them.</summary>
internal static class GroupNames
{
    private const string Participant = "participant";

    /// <summary>The group with this peer name, or with this friendly name where only one has it.</summary>
    /// <param name="all">The groups of a node.</param>
    /// <param name="text">What a caller wrote.</param>
    /// <param name="node">The node's name, for messages.</param>
    /// <exception cref="PeerException">None has it, or several have.</exception>
    public static PeerGroup Get(IReadOnlyList<PeerGroup> all, string text, string node)
    {
        if (all.FirstOrDefault(group => group.PeerName == text) is { } exact)
        {
            return exact;
        }

        PeerGroup[] named = [.. all.Where(group => IsSame(group.FriendlyName, text)).DistinctBy(group => group.PeerName)];
        return named switch
        {
            [var one] => one,
            [] => throw NoGroup(text, node),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"{named.Length} groups are called '{text}': {string.Join(", ", named.Select(one => one.PeerName))}. Use a peer name.",
                text),
        };
    }

    /// <summary>All groups that a text stands for: a peer name, a friendly name, or a wildcard on friendly names.</summary>
    /// <exception cref="PeerException">A text without wildcards stands for none.</exception>
    public static IReadOnlyList<PeerGroup> Find(IReadOnlyList<PeerGroup> all, string text, string node) => Naming.Find(
        all,
        text,
        group => group.PeerName == text || IsSame(group.FriendlyName, text),
        group => [group.FriendlyName],
        () => NoGroup(text, node));

    /// <summary>All members that a text stands for: a friendly name, or a wildcard on friendly names.</summary>
    /// <exception cref="PeerException">A text without wildcards stands for none.</exception>
    public static PeerGroupMember[] FindMembers(IReadOnlyList<PeerGroupMember> all, string text, PeerGroup group) => Naming.Find(
        all,
        text,
        member => IsSame(member.FriendlyName, text),
        member => [member.FriendlyName],
        () => NoMember(text, group));

    /// <summary>The member with this peer name, or with this friendly name where only one has it.</summary>
    /// <exception cref="PeerException">None has it, or several have.</exception>
    public static PeerGroupMember GetMember(IReadOnlyList<PeerGroupMember> all, string text, PeerGroup group)
    {
        if (all.FirstOrDefault(member => member.PeerName == text) is { } exact)
        {
            return exact;
        }

        PeerGroupMember[] named = [.. all.Where(member => IsSame(member.FriendlyName, text))];
        return named switch
        {
            [var one] => one,
            [] => throw NoMember(text, group),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"{named.Length} members of '{group.FriendlyName}' are called '{text}': "
                + $"{string.Join(", ", named.Select(one => one.PeerName))}. Use a peer name.",
                text),
        };
    }

    /// <summary>Refuses a group that is closed.</summary>
    /// <exception cref="PeerException">It is.</exception>
    public static void RequireOpen(PeerGroup group)
    {
        if (!group.IsOpen)
        {
            throw PeerErrors.InvalidGroup.Exception(
                $"The group '{group.FriendlyName}' is closed; Connect-PeerGroup opens it, with -Offline for its database alone.", group.PeerName);
        }
    }

    /// <summary>The name under which the members of a group are found (MS-PPSEC 3.1.4.4).</summary>
    public static string GetParticipant(PeerGroup group) => $"{PeerName.Parse(group.PeerName).Authority}.{Participant}";

    /// <summary>A group as people read it: what it is called, and its peer name.</summary>
    public static string Describe(PeerGroup group) => Describe(group.FriendlyName, group.PeerName);

    /// <summary>A member as people read it.</summary>
    public static string Describe(PeerGroupMember member) => Describe(member.FriendlyName, member.PeerName);

    /// <summary>What a text without wildcards that stands for no member is answered with.</summary>
    public static PeerException NoMember(string text, PeerGroup group) => PeerErrors.NotFound.Exception(
        $"The group '{group.FriendlyName}' has no member '{text}' that is known here.", text);

    private static string Describe(string friendlyName, string peerName) =>
        friendlyName.Length == 0 ? peerName : $"{friendlyName} ({peerName})";

    private static bool IsSame(string friendlyName, string text) =>
        string.Equals(friendlyName, text, StringComparison.OrdinalIgnoreCase);

    private static PeerException NoGroup(string text, string node) => PeerErrors.InvalidGroup.Exception(
        $"The node '{node}' is in no group '{text}'. Get-PeerGroup lists those that it is in.", text);
}
