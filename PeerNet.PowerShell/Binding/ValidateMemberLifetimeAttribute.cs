using System.Management.Automation;
using PeerNet.Engine.Grouping;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts lifetimes of memberships: 38 minutes to a year (MS-PPSEC 3.1.4.1).</summary>
internal sealed class ValidateMemberLifetimeAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan span
            && (span < PeerGroupProperties.ShortestMemberLifetime || span > PeerGroupProperties.LongestMemberLifetime))
        {
            throw new ValidationMetadataException(
                $"A membership cannot last {span:c}; it lasts {PeerGroupProperties.ShortestMemberLifetime:c} to "
                + $"{PeerGroupProperties.LongestMemberLifetime:c}.");
        }
    }
}
