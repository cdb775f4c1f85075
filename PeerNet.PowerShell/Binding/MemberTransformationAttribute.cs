using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a member of a group as its peer name, its friendly name, as Get-PeerGroupMember wrote it, or as the identity
/// or the node that it is; an exclusive one takes no more than the member.</summary>
internal sealed class MemberTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerGroupMember member => member.PeerName,
        _ when IsExclusive => null,
        PeerIdentity identity => identity.PeerName.Value,
        PeerName name => name.Value,
        PeerGraphNode node => node.PeerId,
        _ => null,
    };
}
