using System.Management.Automation;
using System.Text.RegularExpressions;

namespace PeerNet.PowerShell.Binding;

/// <summary>Accepts text of a form, whatever its letter case, and says in words what that is.</summary>
/// <param name="pattern">A regular expression, which nobody gets to read.</param>
/// <param name="description">The form, such as <c>a file name that ends in .svg</c>.</param>
internal sealed class ValidateFormAttribute(string pattern, string description) : ValidateEnumeratedArgumentsAttribute
{
    /// <summary>The form of names: of nodes, and of databases.</summary>
    public const string Name = @"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z";

    /// <summary>That form in words.</summary>
    public const string NameDescription = "1 to 64 letters, digits, dots, underscores and hyphens, of which the first is a letter or digit";

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        string text = element.ToString()!;
        if (!Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
        {
            throw BadArgument.Invalid($"'{text}' is not {description}.");
        }
    }
}
