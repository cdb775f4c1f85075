using System.Management.Automation;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts segment ids: 64, 96 or 128 hexadecimal digits.</summary>
internal sealed class ValidateSegmentIdAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        string text = element.ToString()!;
        if (text.Length is not (64 or 96 or 128) || !text.All(char.IsAsciiHexDigit))
        {
            throw BadArgument.Invalid($"'{text}' is not a segment id: 64, 96 or 128 hexadecimal digits.");
        }
    }
}
