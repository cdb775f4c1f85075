using System.Management.Automation;
using System.Text;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts text of 1 to <see cref="Maximum"/> bytes in UTF-8.</summary>
/// <param name="maximum">The most bytes allowed.</param>
internal sealed class ValidateUtf8LengthAttribute(int maximum) : ValidateArgumentsAttribute
{
    /// <summary>The most bytes allowed.</summary>
    public int Maximum { get; } = maximum;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        int length = Encoding.UTF8.GetByteCount((string)arguments);
        if (length == 0 || length > Maximum)
        {
            throw new ValidationMetadataException($"The text has {length} bytes in UTF-8; 1 to {Maximum} are allowed.");
        }
    }
}
