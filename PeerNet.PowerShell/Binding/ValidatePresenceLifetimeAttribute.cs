using System.Management.Automation;
using PeerNet.Engine.Graphing;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts lifetimes of presence: zero for the graph's own, or five minutes and more.</summary>
internal sealed class ValidatePresenceLifetimeAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan span && span != TimeSpan.Zero
            && (span < PeerGraphProperties.LeastPresenceLifetime || span.TotalSeconds > uint.MaxValue))
        {
            throw new ValidationMetadataException(
                $"Presence cannot last {span:c}; it lasts {PeerGraphProperties.LeastPresenceLifetime:c} or longer, or zero for that.");
        }
    }
}
