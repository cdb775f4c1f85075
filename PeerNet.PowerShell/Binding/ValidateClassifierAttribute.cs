using System.Management.Automation;
using PeerNet.Engine.Identity;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts a classifier: at most 149 UTF-16 code units, none of them NUL.</summary>
internal sealed class ValidateClassifierAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        string text = (string)element;
        if (text.Length > PeerName.MaximumClassifier)
        {
            throw new ValidationMetadataException(
                $"The classifier has {text.Length} characters; at most {PeerName.MaximumClassifier} are allowed (PEER_E_CLASSIFIER_TOO_LONG).");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ValidationMetadataException("The classifier contains NUL (PEER_E_INVALID_CLASSIFIER).");
        }
    }
}
