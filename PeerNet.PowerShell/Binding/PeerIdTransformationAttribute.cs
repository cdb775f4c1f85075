using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a peer id as text, as an identity's peer name, or from a node or a connection of a graph.</summary>
internal sealed class PeerIdTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerIdentity identity => identity.PeerName.Value,
        PeerName name => name.Value,
        PeerGraphNode node => node.PeerId,
        PeerConnection connection => connection.PeerId,
        PeerGraph graph => graph.PeerId,
        _ => null,
    };
}
