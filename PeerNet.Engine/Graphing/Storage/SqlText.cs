using System.Globalization;
using System.Text;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>A statement with its values.</summary>
/// <param name="Text">SQL with <c>?1</c>, <c>?2</c> and so on.</param>
/// <param name="Values">The values.</param>
internal sealed record SqlText(string Text, object?[] Values)
{
    /// <summary>A statement that has a <c>?</c> for each value, and none elsewhere.</summary>
    public static SqlText Create(string text, IReadOnlyList<object?> values)
    {
        var numbered = new StringBuilder(text.Length);
        int number = 0;
        foreach (char unit in text)
        {
            numbered.Append(unit);
            if (unit == '?')
            {
                numbered.Append(CultureInfo.InvariantCulture, $"{++number}");
            }
        }

        return new(numbered.ToString(), [.. values]);
    }
}
