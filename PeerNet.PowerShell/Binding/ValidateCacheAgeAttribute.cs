using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts 1 to 3,650 days.</summary>
internal sealed class ValidateCacheAgeAttribute : ValidateArgumentsAttribute
{
    private static readonly TimeSpan Minimum = TimeSpan.FromDays(1);
    private static readonly TimeSpan Maximum = TimeSpan.FromDays(3650);

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan age && (age < Minimum || age > Maximum))
        {
            throw new ValidationMetadataException($"The age {age:c} must be 1 to 3,650 days.");
        }
    }
}
