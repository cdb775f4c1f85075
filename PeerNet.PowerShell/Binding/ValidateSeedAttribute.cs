using System.Management.Automation;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts seeds: <c>host</c>, <c>host:port</c> or <c>[v6]:port</c>.</summary>
internal sealed class ValidateSeedAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        string? text = element as string;
        if (!SeedAddress.TryParse(text, out _))
        {
            throw BadArgument.Invalid(SeedAddress.Describe(text));
        }
    }
}
