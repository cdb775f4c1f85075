using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
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
    private readonly IReadOnlyList<(long Number, Guid Id)> _types;
    private readonly Func<SqlText, int> _count;
    private SqlCondition? _where;

    private SearchSql(RecordSearch search, IReadOnlyList<(long Number, Guid Id)> types, Func<SqlText, int> count)
    {
        _search = search;
        _types = types;
        _count = count;
    }

    /// <summary>Whether an index has what may be found in the order of records, so that pages of it are parts of the
    /// index.</summary>
    public bool IsOrdered => _where is null or { IsOrdered: true };

    /// <summary>Selects the numbers of all that may be found, in their order; for searches that are not ordered.</summary>
    /// <remarks>The plus keeps SQLite from going through all records to save itself the sorting of a few.</remarks>
    public SqlText All => SqlText.Create(
        $"SELECT number FROM record{(_where is null ? "" : $" WHERE {_where.Text}")} ORDER BY +modified, +id", _where?.Values ?? []);

    /// <summary>Compiles a search.</summary>
    /// <param name="search">The search.</param>
    /// <param name="types">The types that there are, and their numbers.</param>
    /// <param name="count">Runs a statement that selects a number.</param>
    public static SearchSql Compile(
        RecordSearch search, IReadOnlyList<(long Number, Guid Id)> types, Func<SqlText, int> count)
    {
        var sql = new SearchSql(search, types, count);
        sql._where = sql.CompileWhere();
        return sql;
    }

    /// <summary>Selects the rows behind a record, or from the first one on, in their order.</summary>
    public SqlText After(RecordKey? last)
    {
        // Of several bounds SQLite begins at the first that it reads.
        List<SqlCondition> parts = last is { } key
            ? [OfRow("(modified, id) > (?, ?)", SortKeys.OfTime(key.Modified), SortKeys.OfId(key.Id))]
            : [];
        parts.AddRange(_where is null ? [] : [_where]);
        string where = parts.Count == 0 ? "" : $" WHERE {string.Join(" AND ", parts.Select(part => part.Text))}";
        return SqlText.Create(
            $"SELECT {RowReader.Columns} FROM record{where} ORDER BY modified, id", [.. parts.SelectMany(part => part.Values)]);
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
            return Compile([(SearchClause)node]);
        }

        SqlCondition?[] parts = group.IsAll ? CompileAll(group) : [.. group.Children.Select(Compile)];
        SqlCondition[] known = [.. parts.OfType<SqlCondition>()];
        return group.IsAll ? SqlCondition.All(known)
            : known.Length == parts.Length ? SqlCondition.Any(known)
            : null;
    }

    // What is said of one attribute is one range.
    private SqlCondition?[] CompileAll(SearchGroup group) =>
    [
        .. group.Children.Where(child => child is not SearchClause).Select(Compile),
        .. group.Children.OfType<SearchClause>()
            .GroupBy(clause => AttributeNames.Reserved.Contains(clause.Name) ? (object)clause : (clause.Name, clause.Type))
            .Select(clauses => Compile([.. clauses])),
    ];

    private SqlCondition? Compile(SearchClause[] clauses) => Compile(clauses[0], clauses);

    private SqlCondition? Compile(SearchClause clause, SearchClause[] all) => clause.Name switch
    {
        AttributeNames.CreatorId => IsLiteral(clause, out string creator) ? OfCreator(creator) : null,
        AttributeNames.RecordType => OneOfTypes([.. _types.Select(type => type.Id).Where(type => SearchEvaluator.IsMatch(clause, type))]),
        AttributeNames.RecordId => IsLiteral(clause, out string id) ? OfId(id) : null,
        AttributeNames.LastModificationTime => OfModification(clause),
        AttributeNames.CreationTime => OfCreation(clause),
        AttributeNames.LastModifiedBy => null,
        _ => OfAttribute(all),
    };

    private static bool IsLiteral(SearchClause clause, out string text)
    {
        text = clause.Pattern!.Prefix;
        return clause.Comparison == SearchComparison.Equal && !clause.Pattern.HasWildcards;
    }

    private static SqlCondition OfRow(string text, params object?[] values) => new(text, values) { IsOrdered = true };

    // Of a column that has an index.
    private SqlCondition OfColumn(string text, params object?[] values) => OfRow(text, values) with
    {
        Loose = text.Replace("kind ", "+kind ", StringComparison.Ordinal).Replace("modified ", "+modified ", StringComparison.Ordinal),
        OwnRows = Count($"SELECT 1 FROM record WHERE {text}", values),
    };

    private SqlCondition OfCreator(string creator)
    {
        if (creator.Length is 0 or > RecordCodec.MaximumIdLength)
        {
            return OfRow("0");
        }

        return OfIds(RecordIds.GetRanges(creator));
    }

    // Those of the last rows may not have their places yet.
    private SqlCondition OfIds(IReadOnlyList<(Guid First, Guid Last)> ranges)
    {
        object[] values = [.. ranges.SelectMany(range => (object[])[SortKeys.OfId(range.First), SortKeys.OfId(range.Last)])];
        string some = string.Join(" OR ", ranges.Select(_ => "id BETWEEN ? AND ?"));
        return Among(
            $"SELECT number FROM place WHERE {some} UNION ALL SELECT number FROM record WHERE number > ({RecordPlaces.LastSql}) AND ({some})",
            [.. values, .. values]);
    }

    private SqlCondition? OneOfTypes(IReadOnlyCollection<Guid> types)
    {
        object[] numbers = [.. _types.Where(type => types.Contains(type.Id)).Select(type => (object)type.Number)];
        return numbers.Length switch
        {
            0 => OfRow("0"),
            1 => OfColumn("kind = ?", numbers),
            > MaximumTypes => null,
            _ => OfColumn($"kind IN ({string.Join(", ", numbers.Select(_ => "?"))})", numbers) with { IsOrdered = false },
        };
    }

    private SqlCondition OfId(string id) => Guid.TryParse(id, out Guid guid)
        ? OfIds([(guid, guid)])
        : OfRow("0");

    private SqlCondition? OfModification(SearchClause clause) => clause.Comparison switch
    {
        SearchComparison.NotEqual => null,
        SearchComparison.Equal => OfColumn("modified >= ? AND modified <= ?", GetTime(clause), GetTime(clause)),
        SearchComparison.Less => OfColumn("modified < ?", GetTime(clause)),
        SearchComparison.LessOrEqual => OfColumn("modified <= ?", GetTime(clause)),
        SearchComparison.Greater => OfColumn("modified > ?", GetTime(clause)),
        _ => OfColumn("modified >= ?", GetTime(clause)),
    };

    // No record was modified before it was made.
    private SqlCondition? OfCreation(SearchClause clause) =>
        clause.Comparison is SearchComparison.Equal or SearchComparison.Greater or SearchComparison.GreaterOrEqual
            ? OfColumn("modified >= ?", GetTime(clause))
            : null;

    private long GetTime(SearchClause clause) => SortKeys.OfTime(PeerTime.FromUtc(clause.Date, _search.PeerTimeDelta));

    // Each of several clauses may hold for another value of a record that has several.
    private SqlCondition OfAttribute(SearchClause[] clauses)
    {
        var range = new ValueRange();
        Array.ForEach(clauses, range.Narrow);
        SqlCondition value = range.ToCondition();
        object?[] name = [clauses[0].Name, (int)clauses[0].Type];
        string select = $"SELECT record FROM attribute WHERE name = ? AND type = ?{value.Text}";
        object?[] values = [.. name, .. value.Values];
        if (clauses.Length > 1)
        {
            select += " UNION ALL SELECT record FROM several WHERE name = ? AND type = ?";
            values = [.. values, .. name];
        }

        return Among(select, values) with { IsExact = value.IsExact };
    }

    private SqlCondition Among(string select, object?[] values) => new($"number IN ({select})", values)
    {
        Rows = Count(select, values),
    };

    private Lazy<int> Count(string select, object?[] values) =>
        new(() => _count(SqlText.Create($"SELECT count(*) FROM ({select} LIMIT {SqlCondition.ManyRows})", values)));
}
