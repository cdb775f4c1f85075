using System.Collections;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the peer ids that are known in a node's graphs.</summary>
internal sealed class GraphPeerCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node, IDictionary bound)
    {
        string? wanted = GetGraph(bound);
        return node is null
            ? []
            : Ask(token => node.Engine.Graphs.ListAsync(includeClosed: false, token))
                .Where(graph => wanted is null || graph.Id == wanted)
                .SelectMany(graph => Ask(token => node.Engine.Graphs.GetNodesAsync(graph.Id, token)))
                .Where(member => member.PeerId.Length > 0)
                .Select(member => (member.PeerId, $"{member.PeerId} in {member.GraphId}"))
                .Distinct();
    }
}
