using PeerNet.Engine.Graphing;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a graph as its id, as Get-PeerGraph wrote it, or from anything that belongs to one; an exclusive one takes
/// no more than the graph.</summary>
internal sealed class GraphTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerGraph graph => graph.Id,
        _ when IsExclusive => null,
        PeerGraphNode node => node.GraphId,
        PeerRecord record => record.GraphId,
        PeerConnection connection => connection.GraphId,
        PeerDataItem item => item.GraphId,
        _ => null,
    };
}
