namespace PeerNet.Engine.Graphing;

/// <summary>What has become of a node of a graph, as its presence tells.</summary>
/// <param name="Change">What has happened.</param>
/// <param name="Node">The node.</param>
public sealed record PeerGraphNodeChange(PeerGraphNodeChangeType Change, PeerGraphNode Node)
{
    /// <summary>What has happened, and to which node.</summary>
    public override string ToString() => $"{Change} {Node}";
}
