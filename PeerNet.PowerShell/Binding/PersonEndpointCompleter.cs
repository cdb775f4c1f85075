using PeerNet.Engine.Collaboration;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the endpoints that are known, by what their persons are called where that is one endpoint.</summary>
internal sealed class PersonEndpointCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node)
    {
        if (node is null)
        {
            return [];
        }

        IReadOnlyList<PeerEndpoint> all = Ask(node.Engine.Collaboration.GetEndpointsAsync);
        return all.GroupBy(endpoint => endpoint.DisplayName, StringComparer.OrdinalIgnoreCase).SelectMany(named =>
            named.Select(endpoint => named.Key.Length > 0 && named.Count() == 1
                ? (endpoint.DisplayName, $"{endpoint} at {endpoint.Name}")
                : (endpoint.ToString(), $"{endpoint.DisplayName} at {endpoint.Name}")));
    }
}
