using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>
/// Reads the short syntax of a search, which looks like PowerShell's comparisons and is never run:
/// <code>
/// filter     = term { ("-and" | "-or") term }        both bind alike, from left to right, as in PowerShell
/// term       = "(" filter ")" | comparison
/// comparison = name operator value
/// operator   = -eq | -ne | -gt | -ge | -lt | -le     wildcards have no meaning
///            | -like | -notlike                      with * and ?, and \ before one that is meant literally
/// value      = [ "[string]" | "[int]" | "[datetime]" ] ( 'text' | "text" | word )
/// </code>
/// A text in quotes is a <c>string</c>, digits alone are an <c>int</c>, another word is a <c>date</c>; a type in brackets says
/// otherwise, and so do the reserved names of times. Operators are the same in either case, names and values are not.
/// </summary>
/// <remarks>There is no <c>-not</c>, because the XML that a search is has none: <c>-ne</c> and <c>-notlike</c> do.</remarks>
internal sealed class SearchFilterParser
{
    /// <summary>Longest filter, in UTF-16 units.</summary>
    public const int MaximumLength = 64 * 1024;

    private readonly FilterTokenizer _tokenizer;
    private FilterToken _token;
    private int _clauses;

    private SearchFilterParser(string filter)
    {
        _tokenizer = new(filter);
        _token = _tokenizer.Next();
    }

    /// <summary>Reads a filter.</summary>
    /// <exception cref="PeerException">It is none; the message says at which column.</exception>
    public static SearchQuery Parse(string filter)
    {
        try
        {
            if (filter.Length > MaximumLength)
            {
                throw FilterTokenizer.Flaw(1, $"there are more than {MaximumLength} characters.");
            }

            var parser = new SearchFilterParser(filter);
            SearchNode root = parser.ReadFilter(depth: 1);
            return parser._token.Kind == FilterTokenKind.End
                ? new(root)
                : throw parser.Flaw("'-and' or '-or' is missing.");
        }
        catch (SearchFlawException exception)
        {
            throw PeerErrors.InvalidSearch.Exception(
                $"The filter is not valid at column {exception.Flaw.Column}: {exception.Flaw.Reason}", filter);
        }
    }

    private SearchNode ReadFilter(int depth)
    {
        SearchNode left = ReadTerm(depth);
        List<SearchNode> chain = [left];
        bool isAll = true;
        while (_token.Kind == FilterTokenKind.Operator && TryReadJunction(out bool isNextAll))
        {
            if (chain.Count > 1 && isAll != isNextAll)
            {
                chain = [new SearchGroup(isAll, chain)];
            }

            isAll = isNextAll;
            chain.Add(ReadTerm(depth));
        }

        return chain.Count == 1 ? left : new SearchGroup(isAll, chain);
    }

    private bool TryReadJunction(out bool isAll)
    {
        isAll = Is("and");
        if (!isAll && !Is("or"))
        {
            return false;
        }

        Advance();
        return true;
    }

    private SearchNode ReadTerm(int depth)
    {
        if (_token.Kind != FilterTokenKind.Open)
        {
            return ReadComparison();
        }

        if (depth == SearchQuery.MaximumDepth)
        {
            throw Flaw($"it is nested more than {SearchQuery.MaximumDepth} deep.");
        }

        Advance();
        SearchNode inner = ReadFilter(depth + 1);
        if (_token.Kind != FilterTokenKind.Close)
        {
            throw Flaw("')' is missing.");
        }

        Advance();
        return inner;
    }

    private SearchClause ReadComparison()
    {
        FilterToken name = _token;
        if (name.Kind == FilterTokenKind.Operator && Is("not"))
        {
            throw Flaw("a search has no '-not'; use '-ne' or '-notlike'.");
        }

        if (name.Kind != FilterTokenKind.Word)
        {
            throw Flaw("the name of an attribute is missing.");
        }

        if (++_clauses > SearchQuery.MaximumClauses)
        {
            throw Flaw($"there are more than {SearchQuery.MaximumClauses} comparisons.");
        }

        Advance();
        (SearchComparison comparison, bool isPattern) = ReadOperator();
        (PeerAttributeType type, FilterToken token) = ReadValue(name.Text);
        if (isPattern && type != PeerAttributeType.Text)
        {
            throw FilterTokenizer.Flaw(token.Column, "'-like' and '-notlike' compare texts; put the value in quotes.");
        }

        string value = type == PeerAttributeType.Text && !isPattern ? SearchPattern.Quote(token.Text) : token.Text;
        return SearchClause.TryCreate(name.Text, type, comparison, value, out string? flaw)
            ?? throw FilterTokenizer.Flaw(AttributeNames.IsName(name.Text) ? token.Column : name.Column, flaw!);
    }

    private (SearchComparison Comparison, bool IsPattern) ReadOperator()
    {
        (SearchComparison, bool)? read = _token.Kind != FilterTokenKind.Operator
            ? null
            : _token.Text.ToLowerInvariant() switch
            {
                "eq" => (SearchComparison.Equal, false),
                "ne" => (SearchComparison.NotEqual, false),
                "gt" => (SearchComparison.Greater, false),
                "ge" => (SearchComparison.GreaterOrEqual, false),
                "lt" => (SearchComparison.Less, false),
                "le" => (SearchComparison.LessOrEqual, false),
                "like" => (SearchComparison.Equal, true),
                "notlike" => (SearchComparison.NotEqual, true),
                _ => null,
            };
        if (read is null)
        {
            throw Flaw("a comparison is missing: -eq, -ne, -gt, -ge, -lt, -le, -like or -notlike.");
        }

        Advance();
        return read.Value;
    }

    private (PeerAttributeType Type, FilterToken Value) ReadValue(string name)
    {
        PeerAttributeType? type = SearchClause.GetReservedType(name);
        if (_token.Kind == FilterTokenKind.Type)
        {
            type = _token.Text.ToLowerInvariant() switch
            {
                "string" => PeerAttributeType.Text,
                "int" or "long" => PeerAttributeType.Number,
                "datetime" or "datetimeoffset" or "date" => PeerAttributeType.Date,
                _ => throw Flaw("the type is [string], [int] or [datetime]."),
            };
            Advance();
        }

        FilterToken value = _token;
        if (value.Kind is not (FilterTokenKind.Text or FilterTokenKind.Word))
        {
            throw Flaw("a value is missing: a text in quotes, a number or a date.");
        }

        Advance();
        type ??= value.Kind == FilterTokenKind.Text ? PeerAttributeType.Text
            : value.Text.All(char.IsAsciiDigit) ? PeerAttributeType.Number
            : PeerAttributeType.Date;
        return value.Kind == FilterTokenKind.Word && type == PeerAttributeType.Date && !IsoDate.TryRead(value.Text, out _)
            ? throw FilterTokenizer.Flaw(
                value.Column,
                $"'{value.Text}' is neither a number nor {AttributeValues.Describe(PeerAttributeType.Date)}; a text stands in "
                + "quotes.")
            : (type.Value, value);
    }

    private bool Is(string word) => _token.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private void Advance() => _token = _tokenizer.Next();

    private SearchFlawException Flaw(string reason) => FilterTokenizer.Flaw(_token.Column, reason);
}
