using System.Management.Automation;
using PeerNet.Engine.Graphing;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts limits on the size of records: zero for the highest, or 1 KB to 60 MB.</summary>
internal sealed class ValidateRecordSizeAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is int size and not 0
            && size is < PeerGraphProperties.LeastRecordSize or > PeerGraphProperties.HighestRecordSize)
        {
            throw new ValidationMetadataException(
                $"The size of records cannot be limited to {size} bytes; it can to "
                + $"{PeerGraphProperties.LeastRecordSize} to {PeerGraphProperties.HighestRecordSize}, or 0 for the highest.");
        }
    }
}
