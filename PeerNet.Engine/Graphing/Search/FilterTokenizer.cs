using System.Text;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>Takes a filter apart. It knows no variables, commands or expressions: nothing in a filter is ever run.</summary>
internal sealed class FilterTokenizer(string filter)
{
    private int _position;

    /// <summary>The next token.</summary>
    /// <exception cref="SearchFlawException">There is no such token.</exception>
    public FilterToken Next()
    {
        while (_position < filter.Length && char.IsWhiteSpace(filter[_position]))
        {
            _position++;
        }

        int column = _position + 1;
        return _position == filter.Length
            ? new(FilterTokenKind.End, "", column)
            : filter[_position] switch
            {
                '(' => ReadOne(FilterTokenKind.Open, column),
                ')' => ReadOne(FilterTokenKind.Close, column),
                '\'' or '"' => new(FilterTokenKind.Text, ReadQuoted(column), column),
                '-' => new(FilterTokenKind.Operator, ReadWord(_position + 1, char.IsAsciiLetter), column),
                '[' => new(FilterTokenKind.Type, ReadType(column), column),
                var unit when IsWordUnit(unit) => new(FilterTokenKind.Word, ReadWord(_position, IsWordUnit), column),
                var unit => throw Flaw(column, $"'{unit}' has no meaning here; a text stands in quotes."),
            };
    }

    /// <summary>A flaw of a filter.</summary>
    public static SearchFlawException Flaw(int column, string reason) => new(new XmlFlaw(1, column, reason));

    // A date has all of these.
    private static bool IsWordUnit(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '-' or ':' or '.' or '+';

    private FilterToken ReadOne(FilterTokenKind kind, int column) => new(kind, filter[_position++].ToString(), column);

    private string ReadWord(int start, Func<char, bool> isPart)
    {
        int end = start;
        while (end < filter.Length && isPart(filter[end]))
        {
            end++;
        }

        _position = end;
        return filter[start..end];
    }

    // As in PowerShell, a quote within is written twice; nothing else has a meaning.
    private string ReadQuoted(int column)
    {
        char quote = filter[_position];
        var text = new StringBuilder();
        for (int i = _position + 1; i < filter.Length; i++)
        {
            if (filter[i] != quote)
            {
                text.Append(filter[i]);
            }
            else if (i + 1 < filter.Length && filter[i + 1] == quote)
            {
                text.Append(filter[++i]);
            }
            else
            {
                _position = i + 1;
                return text.ToString();
            }
        }

        throw Flaw(column, "the text has no closing quote.");
    }

    private string ReadType(int column)
    {
        int end = filter.IndexOf(']', _position);
        if (end < 0)
        {
            throw Flaw(column, "the type has no closing bracket.");
        }

        string type = filter[(_position + 1)..end];
        _position = end + 1;
        return type.Trim();
    }
}
