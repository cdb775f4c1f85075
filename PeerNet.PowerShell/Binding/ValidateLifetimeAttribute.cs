using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts lifetimes: a second or longer.</summary>
internal sealed class ValidateLifetimeAttribute : ValidateArgumentsAttribute
{
    private static readonly TimeSpan Minimum = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan span && span < Minimum)
        {
            throw BadArgument.Invalid($"Nothing lasts {span:c}; a lifetime is a second (00:00:01) or longer.");
        }
    }
}
