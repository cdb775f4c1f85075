using System.Globalization;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Maps;

/// <summary>A node on a map.</summary>
/// <param name="Name">A name that is unique on the map, of ASCII letters and digits.</param>
/// <param name="Label">What people read: the peer id, shortened, or what the member is called and its role, in one line without control characters.</param>
/// <param name="Detail">Everything that is known of it.</param>
/// <param name="Kind">What it is to the node that drew the map.</param>
/// <param name="IsContact">Whether it is a contact.</param>
internal sealed record GraphMapNode(string Name, string Label, string Detail, GraphMapNodeKind Kind, bool IsContact)
{
    private const int LabelLength = 18;

    /// <summary>A node, and the member of a group that it is of; null where it is of none.</summary>
    public static GraphMapNode Create(PeerGraphNode node, int index, PeerGroupMember? member = null)
    {
        string peer = PeerText.Escape(node.PeerId);
        string[] detail =
        [
            .. member is null ? Array.Empty<string>() : [Describe(member)],
            $"peer {peer}",
            string.Create(CultureInfo.InvariantCulture, $"node {node.NodeId:x16}"),
            .. node.Addresses.Select(address => address.ToString()),
            .. node.Utility is { } utility ? [string.Create(CultureInfo.InvariantCulture, $"utility {utility}")] : Array.Empty<string>(),
            .. node.Attributes.Length > 0 ? [PeerText.Escape(node.Attributes)] : Array.Empty<string>(),
        ];
        GraphMapNodeKind kind = node.IsLocal ? GraphMapNodeKind.Local
            : node.IsNeighbor ? GraphMapNodeKind.Neighbor
            : GraphMapNodeKind.Known;
        return new(GetName(index), member is null ? Shorten(peer) : LabelOf(member), string.Join("; ", detail), kind, node.IsContact);
    }

    /// <summary>A member of which no node is here.</summary>
    public static GraphMapNode CreateAbsent(PeerGroupMember member, int index) => new(
        GetName(index), LabelOf(member), $"{Describe(member)}; peer {PeerText.Escape(member.PeerName)}", GraphMapNodeKind.Absent, IsContact: false);

    private static string LabelOf(PeerGroupMember member) =>
        member.FriendlyName.Length == 0
            ? $"{Shorten(PeerText.Escape(member.PeerName))} ({member.Role})"
            : $"{Shorten(PeerText.Escape(member.FriendlyName))} ({member.Role})";

    private static string Describe(PeerGroupMember member) => $"{PeerText.Escape(member.FriendlyName)}, {member.Role}";

    private static string Shorten(string text) =>
        text.Length <= LabelLength ? text : $"{text[..(LabelLength / 2)]}…{text[^((LabelLength / 2) - 1)..]}";

    private static string GetName(int index) => string.Create(CultureInfo.InvariantCulture, $"n{index}");
}
