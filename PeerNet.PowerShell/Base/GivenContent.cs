using System.Globalization;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Base;

/// <summary>The content that a cmdlet was given: bytes, text, or the file that has it.</summary>
/// <param name="Data">Bytes.</param>
/// <param name="Text">Text, which goes as UTF-8.</param>
/// <param name="Path">A file.</param>
internal readonly record struct GivenContent(byte[]? Data, string? Text, string? Path)
{
    /// <summary>Whether it is a byte that came by itself: PowerShell takes it for bytes, and its number for text.</summary>
    public bool IsSingleByte => Data is [var one] && Text == one.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether there is any.</summary>
    public bool IsAny => Data is not null || Text is not null || Path is not null;

    /// <summary>What is meant: what is named before what the pipeline brings.</summary>
    /// <param name="isPiped">Whether a parameter gets its value from the pipeline, if it gets any.</param>
    /// <param name="path">The name of the parameter for the file.</param>
    /// <param name="input">The input, for errors.</param>
    /// <exception cref="PeerException">It is several things that are not the same.</exception>
    public GivenContent Choose(Func<string, bool> isPiped, string path, object? input)
    {
        GivenContent named = new(
            isPiped(nameof(Data)) ? null : Data, isPiped(nameof(Text)) ? null : Text, isPiped(path) ? null : Path);
        if (named.IsAny)
        {
            return new[] { named.Data is not null, named.Text is not null, named.Path is not null }.Count(given => given) == 1
                ? named
                : throw PeerErrors.InvalidArgument.Exception($"The content is bytes, text, or a file: use one of -Data, -Text and -{path}.", input);
        }

        // What an object is goes before the file that it came from, as with the lines of Get-Content.
        return Data is null && Text is null ? this
            : Data is null || Text is null || IsSingleByte ? this with { Path = null }
            : Text.Length == 0 || Encoding.UTF8.GetBytes(Text).AsSpan().SequenceEqual(Data) ? new(Data, Text: null, Path: null)
            : throw PeerErrors.InvalidArgument.Exception("The input brings bytes and another text: name one of them with -Data or -Text.", input);
    }
}
