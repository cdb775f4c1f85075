using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts absolute http and https addresses.</summary>
internal sealed class ValidateWebAddressAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is not Uri { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            throw BadArgument.Invalid($"'{element}' is not an absolute http or https address.");
        }
    }
}
