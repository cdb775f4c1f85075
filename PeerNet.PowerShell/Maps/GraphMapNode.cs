using System.Globalization;
using PeerNet.Engine.Graphing;

namespace PeerNet.PowerShell.Maps;

/// <summary>A node on a map.</summary>
/// <param name="Name">A name that is unique on the map, of ASCII letters and digits.</param>
/// <param name="Label">What people read: the peer id, shortened, in one line without control characters.</param>
/// <param name="Detail">Everything that is known of it.</param>
/// <param name="Kind">What it is to the node that drew the map.</param>
/// <param name="IsContact">Whether it is a contact.</param>
internal sealed record GraphMapNode(string Name, string Label, string Detail, GraphMapNodeKind Kind, bool IsContact)
{
    private const int LabelLength = 18;

    public static GraphMapNode Create(PeerGraphNode node, int index)
    {
        string peer = PeerText.Escape(node.PeerId);
        string label = peer.Length <= LabelLength ? peer : $"{peer[..(LabelLength / 2)]}…{peer[^((LabelLength / 2) - 1)..]}";
        string[] detail =
        [
            $"peer {peer}",
            string.Create(CultureInfo.InvariantCulture, $"node {node.NodeId:x16}"),
            .. node.Addresses.Select(address => address.ToString()),
            .. node.Utility is { } utility ? [string.Create(CultureInfo.InvariantCulture, $"utility {utility}")] : Array.Empty<string>(),
            .. node.Attributes.Length > 0 ? [PeerText.Escape(node.Attributes)] : Array.Empty<string>(),
        ];
        GraphMapNodeKind kind = node.IsLocal ? GraphMapNodeKind.Local
            : node.IsNeighbor ? GraphMapNodeKind.Neighbor
            : GraphMapNodeKind.Known;
        return new(
            string.Create(CultureInfo.InvariantCulture, $"n{index}"), label, string.Join("; ", detail), kind, node.IsContact);
    }
}
