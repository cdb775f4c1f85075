using PeerNet.Engine.Collaboration;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes an invitation as its id, or as Get-PeerInvitation and events wrote it.</summary>
internal sealed class InvitationIdTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => (value as PeerInvitation)?.Id.ToString();
}
