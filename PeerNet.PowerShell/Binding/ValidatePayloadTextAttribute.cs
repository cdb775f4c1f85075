using System.Management.Automation;
using System.Text;
using PeerNet.Engine.Pnrp;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts text that fits into a registration.</summary>
internal sealed class ValidatePayloadTextAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        string text = (string)arguments;
        if (!PeerRegistrationRequest.IsFittingText(text))
        {
            throw new ValidationMetadataException(
                $"The text has {Encoding.UTF8.GetByteCount(text)} bytes in UTF-8; "
                + $"1 to {PeerRegistrationRequest.MaximumData - 1} are allowed, none of them NUL.");
        }
    }
}
