using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts streams that can be read.</summary>
internal sealed class ValidateReadableAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is not Stream { CanRead: true })
        {
            throw new ValidationMetadataException("The stream cannot be read: it is closed, or for writing only.");
        }
    }
}
