using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
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
    private readonly Func<SqlText, int> _count;

    private SearchSql(RecordSearch search, RecordIndex index, Func<SqlText, int> count)
    {
        _search = search;
        _index = index;
        _count = count;
    }

    /// <summary>Compiles a search to a statement that selects numbers of records.</summary>
    /// <param name="search">The search.</param>
    /// <param name="index">Knows the types and ids that there are.</param>
    /// <param name="count">Runs a statement that selects a number.</param>
    public static SqlText Compile(RecordSearch search, RecordIndex index, Func<SqlText, int> count)
    {
        SqlCondition? where = new SearchSql(search, index, count).CompileWhere();
        return SqlText.Create(
            $"SELECT number FROM record{(where is null ? "" : $" WHERE {where.Text}")} ORDER BY modified, id",
            where?.Values ?? []);
    }

    private SqlCondition? CompileWhere()
    {
        SqlCondition?[] conditions =
        [
            _search.Types.Count > 0 && !_search.IsExclusion ? OneOfTypes(_search.Types) : null,
            _search.CreatorId is { } creator ? OfCreator(creator) : null,
            _search.Query is { } query ? Compile(query.Root) : null,
        ];
        return SqlCondition.All([.. conditions.OfType<SqlCondition>()]);
    }

    // Null where any record may be meant.
    private SqlCondition? Compile(SearchNode node)
    {
        if (node is not SearchGroup group)
        {
            return Compile((SearchClause)node);
        }

        SqlCondition?[] parts = [.. group.Children.Select(Compile)];
        SqlCondition[] known = [.. parts.OfType<SqlCondition>()];
        return group.IsAll ? SqlCondition.All(known)
            : known.Length == parts.Length ? SqlCondition.Any(known)
            : null;
    }

    private SqlCondition? Compile(SearchClause clause) => clause.Name switch
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

    private static SqlCondition OfRow(string text, params object?[] values) => new(text, values, 0);

    private static SqlCondition OfCreator(string creator) => creator.Length is > 0 and <= RecordCodec.MaximumIdLength
        ? OfRow("creator = ?", SortKeys.OfCreator(creator))
        : OfRow("0");

    private static SqlCondition? OneOfTypes(IReadOnlyCollection<Guid> types) => types.Count > MaximumTypes
        ? null
        : OfRow(
            $"kind IN ({string.Join(", ", types.Select(_ => "?"))})", [.. types.Select(type => (object)SortKeys.OfType(type))]);

    private SqlCondition OfId(string id) => Guid.TryParse(id, out Guid guid) && _index.TryGet(guid, out IndexEntry entry)
        ? OfRow("number = ?", entry.Number)
        : OfRow("0");

    private SqlCondition? OfModification(SearchClause clause) => clause.Comparison == SearchComparison.NotEqual
        ? null
        : OfRow($"modified {GetOperator(clause.Comparison)} ?", GetTime(clause));

    // No record was modified before it was made.
    private SqlCondition? OfCreation(SearchClause clause) =>
        clause.Comparison is SearchComparison.Equal or SearchComparison.Greater or SearchComparison.GreaterOrEqual
            ? OfRow("modified >= ?", GetTime(clause))
            : null;

    private long GetTime(SearchClause clause) => SortKeys.OfTime(PeerTime.FromUtc(clause.Date, _search.PeerTimeDelta));

    private SqlCondition OfAttribute(SearchClause clause)
    {
        SqlCondition value = clause.Type == PeerAttributeType.Text ? OfText(clause) : OfExact(clause);
        string select = $"SELECT record FROM attribute WHERE name = ? AND type = ?{value.Text}";
        var condition = new SqlCondition(
            $"number IN ({select})", [clause.Name, (int)clause.Type, .. value.Values], SqlCondition.ManyRows);
        int rows = _count(SqlText.Create($"SELECT count(*) FROM ({select} LIMIT {SqlCondition.ManyRows})", condition.Values));
        return condition with { Rows = Math.Max(1, rows) };
    }

    private static SqlCondition OfExact(SearchClause clause) =>
        OfRow($" AND value {GetOperator(clause.Comparison)} ?", SortKeys.OfValue(clause.Type, clause.Value));

    // Long texts share the key of their beginning, therefore nothing is strict here.
    private static SqlCondition OfText(SearchClause clause)
    {
        byte[] key = SortKeys.OfText(clause.Pattern!.Prefix);
        return clause.Comparison switch
        {
            SearchComparison.NotEqual => OfRow(""),
            SearchComparison.Less or SearchComparison.LessOrEqual => OfRow(" AND value <= ?", key),
            SearchComparison.Greater or SearchComparison.GreaterOrEqual => OfRow(" AND value >= ?", key),
            SearchComparison.Equal when !clause.Pattern.HasWildcards => OfRow(" AND value = ?", key),
            _ => GetBehind(key) is { } behind
                ? OfRow(" AND value >= ? AND value < ?", key, behind)
                : OfRow(" AND value >= ?", key),
        };
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
}
