using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts time spans longer than zero.</summary>
internal sealed class ValidatePositiveAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan span && span <= TimeSpan.Zero)
        {
            throw new ValidationMetadataException($"The time span {span:c} is not longer than zero.");
        }
    }
}
