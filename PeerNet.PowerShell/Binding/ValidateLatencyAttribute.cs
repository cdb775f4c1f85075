using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts round trips of 0 to one minute.</summary>
internal sealed class ValidateLatencyAttribute : ValidateArgumentsAttribute
{
    private static readonly TimeSpan Maximum = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan latency && (latency < TimeSpan.Zero || latency > Maximum))
        {
            throw new ValidationMetadataException($"The latency {latency:c} must be 0 to one minute, such as 00:00:00.080.");
        }
    }
}
