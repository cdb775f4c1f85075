using System.Collections;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the ids of a node's connections.</summary>
internal sealed class ConnectionCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node, IDictionary bound) => node is null
        ? []
        : Ask(token => node.Engine.Graphs.GetConnectionsAsync(GetGraph(bound), token))
            .Select(connection => (
                connection.ToString(),
                $"{connection.Id}: {connection.Type} {connection.PeerId} in {connection.GraphId}"));
}
