using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a group as its peer name, its friendly name, as Get-PeerGroup wrote it, or from a member or an invitation;
/// an exclusive one takes no more than the group.</summary>
internal sealed class GroupTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerGroup group => group.PeerName,
        _ when IsExclusive => null,
        PeerGroupMember member => member.Group,
        PeerGroupInvitation invitation => invitation.Group,
        _ => null,
    };
}
