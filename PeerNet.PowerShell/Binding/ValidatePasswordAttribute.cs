using System.Management.Automation;
using System.Security;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts passwords that are not empty.</summary>
internal sealed class ValidatePasswordAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is not SecureString { Length: > 0 })
        {
            throw new ValidationMetadataException("The password is empty.");
        }
    }
}
