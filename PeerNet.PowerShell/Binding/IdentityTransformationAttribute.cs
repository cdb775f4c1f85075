using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes an identity as its peer name, its friendly name, or as Get-PeerIdentity wrote it.</summary>
internal sealed class IdentityTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        PeerIdentity identity => identity.PeerName.Value,
        PeerName name => name.Value,
        _ => null,
    };
}
