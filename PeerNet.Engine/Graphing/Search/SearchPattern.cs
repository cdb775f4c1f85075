using System.Text;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>The text of a clause: <c>*</c> stands for any characters, <c>?</c> for any one, and <c>\</c> before these and itself
/// takes the meaning away. A character is a UTF-16 unit. Case counts.</summary>
internal sealed class SearchPattern
{
    private const char AnyRun = '*';
    private const char AnyOne = '?';
    private const char Escape = '\\';

    // A unit that stands for itself has its place in the text only; wildcards are marked.
    private readonly string _units;
    private readonly bool[] _isWildcard;

    private SearchPattern(string units, bool[] isWildcard)
    {
        _units = units;
        _isWildcard = isWildcard;
        int first = Array.IndexOf(isWildcard, true);
        HasWildcards = first >= 0;
        Prefix = HasWildcards ? units[..first] : units;
    }

    /// <summary>The longest run of units behind <see cref="Prefix"/> that every text that it matches has somewhere; empty where
    /// there is none.</summary>
    public string LongestPiece
    {
        get
        {
            (int start, int length) = (0, 0);
            for (int at = Prefix.Length, begin = at; at < _units.Length; at++)
            {
                begin = _isWildcard[at] ? at + 1 : begin;
                (start, length) = at + 1 - begin > length ? (begin, at + 1 - begin) : (start, length);
            }

            return _units.Substring(start, length);
        }
    }

    /// <summary>Whether it matches more than one text.</summary>
    public bool HasWildcards { get; }

    /// <summary>What every text that it matches begins with: all of it, where it has no wildcards.</summary>
    public string Prefix { get; }

    /// <summary>Reads a pattern.</summary>
    /// <returns>Null where a <c>\</c> stands before anything but <c>*</c>, <c>?</c> and <c>\</c>.</returns>
    public static SearchPattern? TryParse(string text)
    {
        var units = new StringBuilder(text.Length);
        var isWildcard = new List<bool>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == Escape;
            if (isEscape && (++i == text.Length || text[i] is not (AnyRun or AnyOne or Escape)))
            {
                return null;
            }

            units.Append(text[i]);
            isWildcard.Add(!isEscape && (text[i] is AnyRun or AnyOne));
        }

        return new(units.ToString(), [.. isWildcard]);
    }

    /// <summary>The pattern that matches one text.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (char unit in text)
        {
            if (unit is AnyRun or AnyOne or Escape)
            {
                quoted.Append(Escape);
            }

            quoted.Append(unit);
        }

        return quoted.ToString();
    }

    /// <summary>Whether it matches a text. Takes at most the product of their lengths.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        int at = 0;
        int place = 0;
        int run = -1;
        int resume = 0;
        while (place < text.Length)
        {
            if (at < _units.Length && (_isWildcard[at] ? _units[at] == AnyOne : _units[at] == text[place]))
            {
                at++;
                place++;
            }
            else if (at < _units.Length && _isWildcard[at])
            {
                run = at++;
                resume = place;
            }
            else if (run >= 0)
            {
                // The last run takes one more; those before it need not, since what follows them has matched.
                at = run + 1;
                place = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (at < _units.Length && _isWildcard[at] && _units[at] == AnyRun)
        {
            at++;
        }

        return at == _units.Length;
    }
}
