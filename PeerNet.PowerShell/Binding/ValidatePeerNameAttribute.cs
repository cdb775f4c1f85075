using System.Management.Automation;
using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts what follows the grammar of peer names (MS-PNRP 2.2.4).</summary>
internal sealed class ValidatePeerNameAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (!PeerName.TryParse(element as string, out _))
        {
            throw BadArgument.Invalid(
                $"'{element}' is not a peer name (PEER_E_INVALID_PEER_NAME): 0 or 40 lower-case hexadecimal digits, a dot, "
                + $"and a classifier of at most {PeerName.MaximumClassifier} characters.");
        }
    }
}
