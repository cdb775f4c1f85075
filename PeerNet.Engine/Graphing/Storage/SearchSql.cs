using System.Globalization;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Graphing.Search;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// Compiles a search to SQL over the indices. What it selects is never less than what the search means, and often more: the
/// search itself has the last word. A part that no index can narrow is left out.
/// </summary>
internal sealed class SearchSql
{
    // More types than that are not worth a list.
    private const int MaximumTypes = 64;

    private readonly RecordSearch _search;
    private readonly RecordIndex _index;
    private readonly List<object?> _values = [];

    private SearchSql(RecordSearch search, RecordIndex index)
    {
        _search = search;
        _index = index;
    }

    /// <summary>The statement, which selects numbers of records.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Its parameters.</summary>
    public object?[] Values => [.. _values];

    /// <summary>Compiles a search.</summary>
    /// <param name="search">The search.</param>
    /// <param name="index">Knows the types and ids that there are.</param>
    public static SearchSql Compile(RecordSearch search, RecordIndex index)
    {
        var sql = new SearchSql(search, index);
        sql.Text = "SELECT number FROM record" + sql.CompileWhere() + " ORDER BY modified, id";
        return sql;
    }

    private string CompileWhere()
    {
        string?[] conditions =
        [
            _search.Types.Count is > 0 and <= MaximumTypes && !_search.IsExclusion ? OneOfTypes(_search.Types) : null,
            _search.CreatorId is { Length: > 0 and <= RecordCodec.MaximumIdLength } creator ? OfCreator(creator) : null,
            _search.Query is { } query ? Compile(query.Root) : null,
        ];
        string? all = Join(conditions, "AND");
        return all is null ? "" : $" WHERE {all}";
    }

    private string? Compile(SearchNode node)
    {
        if (node is not SearchGroup group)
        {
            return Compile((SearchClause)node);
        }

        int bound = _values.Count;
        List<string?> parts = [.. group.Children.Select(Compile)];
        if (group.IsAll || !parts.Contains(null))
        {
            return Join(parts, group.IsAll ? "AND" : "OR");
        }

        // One part that may be any record makes the others useless, and their values too.
        _values.RemoveRange(bound, _values.Count - bound);
        return null;
    }

    private static string? Join(IEnumerable<string?> parts, string junction)
    {
        string[] known = [.. parts.OfType<string>()];
        return known.Length == 0 ? null : $"({string.Join($" {junction} ", known)})";
    }

    private string? Compile(SearchClause clause) => clause.Name switch
    {
        AttributeNames.CreatorId => IsLiteral(clause, out string creator) ? OfCreator(creator) : null,
        AttributeNames.RecordType => OneOfTypes([.. _index.Types.Where(type => SearchEvaluator.IsMatch(clause, type))]),
        AttributeNames.RecordId => IsLiteral(clause, out string id) ? OfId(id) : null,
        AttributeNames.LastModificationTime => OfModification(clause),
        AttributeNames.CreationTime => OfCreation(clause),
        AttributeNames.LastModifiedBy => null,
        _ => OfAttribute(clause),
    };

    private static bool IsLiteral(SearchClause clause, out string text)
    {
        text = clause.Pattern!.Prefix;
        return clause.Comparison == SearchComparison.Equal && !clause.Pattern.HasWildcards;
    }

    private string OfCreator(string creator) => creator.Length is > 0 and <= RecordCodec.MaximumIdLength
        ? $"creator = {Bind(SortKeys.OfCreator(creator))}"
        : "0";

    private string? OneOfTypes(IReadOnlyCollection<Guid> types) => types.Count > MaximumTypes
        ? null
        : $"kind IN ({string.Join(", ", types.Select(type => Bind(SortKeys.OfType(type))))})";

    private string OfId(string id) => Guid.TryParse(id, out Guid guid) && _index.TryGet(guid, out IndexEntry entry)
        ? $"number = {Bind(entry.Number)}"
        : "0";

    private string? OfModification(SearchClause clause) => clause.Comparison == SearchComparison.NotEqual
        ? null
        : $"modified {GetOperator(clause.Comparison)} {Bind(GetTime(clause))}";

    // No record was modified before it was made.
    private string? OfCreation(SearchClause clause) =>
        clause.Comparison is SearchComparison.Equal or SearchComparison.Greater or SearchComparison.GreaterOrEqual
            ? $"modified >= {Bind(GetTime(clause))}"
            : null;

    private long GetTime(SearchClause clause) => SortKeys.OfTime(PeerTime.FromUtc(clause.Date, _search.PeerTimeDelta));

    private string OfAttribute(SearchClause clause)
    {
        string value = clause.Type == PeerAttributeType.Text ? OfText(clause) : OfExact(clause);
        return $"number IN (SELECT record FROM attribute WHERE name = {Bind(clause.Name)} AND type = {Bind((int)clause.Type)}{value})";
    }

    private string OfExact(SearchClause clause) =>
        $" AND value {GetOperator(clause.Comparison)} {Bind(SortKeys.OfValue(clause.Type, clause.Value))}";

    // Long texts share the key of their beginning, therefore nothing is strict here.
    private string OfText(SearchClause clause)
    {
        byte[] key = SortKeys.OfText(clause.Pattern!.Prefix);
        switch (clause.Comparison)
        {
            case SearchComparison.NotEqual:
                return "";
            case SearchComparison.Less or SearchComparison.LessOrEqual:
                return $" AND value <= {Bind(key)}";
            case SearchComparison.Greater or SearchComparison.GreaterOrEqual:
                return $" AND value >= {Bind(key)}";
            case SearchComparison.Equal when !clause.Pattern.HasWildcards:
                return $" AND value = {Bind(key)}";
            default:
                string from = key.Length == 0 ? "" : $" AND value >= {Bind(key)}";
                return GetBehind(key) is { } behind ? $"{from} AND value < {Bind(behind)}" : from;
        }
    }

    // The first key behind all that begin with a prefix; null where there is none.
    private static byte[]? GetBehind(ReadOnlySpan<byte> prefix)
    {
        byte[] behind = prefix.TrimEnd(byte.MaxValue).ToArray();
        if (behind.Length == 0)
        {
            return null;
        }

        behind[^1]++;
        return behind;
    }

    private static string GetOperator(SearchComparison comparison) => comparison switch
    {
        SearchComparison.Equal => "=",
        SearchComparison.NotEqual => "<>",
        SearchComparison.Less => "<",
        SearchComparison.LessOrEqual => "<=",
        SearchComparison.Greater => ">",
        _ => ">=",
    };

    private string Bind(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"?{_values.Count}");
    }
}
