namespace PeerNet.Engine.Graphing.Storage;

/// <summary>A condition on rows of records.</summary>
/// <param name="Text">SQL with a <c>?</c> for each value.</param>
/// <param name="Values">The values.</param>
internal sealed record SqlCondition(string Text, IReadOnlyList<object?> Values)
{
    /// <summary>As many as that, or more.</summary>
    public const int ManyRows = 1000;

    // So few that nothing is to be gained by looking for fewer.
    private const int FewRows = 64;

    /// <summary>How many rows of another table it goes through, at most <see cref="ManyRows"/>, which is counted when it is
    /// asked for; null where it looks at nothing but the record's row.</summary>
    public Lazy<int>? Rows { get; init; }

    /// <summary>How many rows an index has for it, likewise; null where none is counted.</summary>
    public Lazy<int>? OwnRows { get; init; }

    /// <summary>The same in a form for which SQLite uses no index.</summary>
    public string? Loose { get; init; }

    /// <summary>Whether an index has the rows for which it holds in the order of records.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Whether it asks for one value, of which most often few rows are.</summary>
    public bool IsExact { get; init; }

    // SQLite takes for granted that few records are of one type.
    private bool IsBroad => OwnRows?.Value >= ManyRows;

    /// <summary>Conditions of which all must hold. Of those that go through other tables, one that has few rows is
    /// enough; what many rows hold is looked for in none then.</summary>
    public static SqlCondition? All(IReadOnlyCollection<SqlCondition> parts)
    {
        SqlCondition[] others = [.. parts.Where(part => part.Rows is not null).OrderByDescending(part => part.IsExact)];
        if (others.Length == 0)
        {
            return Join(parts, "AND", null, parts.All(part => part.IsOrdered));
        }

        SqlCondition least = FindLeast(others);
        int rows = least.Rows!.Value;
        return Join(
            [
                .. parts.Where(part => part.Rows is null || part == least || rows >= ManyRows)
                    .Select(part => part.Loose is { } loose && (rows <= FewRows || part.IsBroad) ? part with { Text = loose } : part),
            ],
            "AND",
            least.Rows,
            isOrdered: false);
    }

    /// <summary>Conditions of which one must hold.</summary>
    public static SqlCondition? Any(IReadOnlyCollection<SqlCondition> parts)
    {
        // How many records hold what their own row says, nobody has counted.
        Lazy<int>? rows = parts.All(part => part.Rows is null) ? null
            : parts.Any(part => part.Rows is null) ? new(ManyRows)
            : new(() => Math.Min(ManyRows, parts.Sum(part => part.Rows!.Value)));
        SqlCondition? any = Join(parts, "OR", rows, isOrdered: parts.Count == 1 && parts.First().IsOrdered);
        return any is null ? null : any with { IsExact = parts.All(part => part.IsExact) };
    }

    // Counting takes its time too.
    private static SqlCondition FindLeast(SqlCondition[] others)
    {
        SqlCondition least = others[0];
        for (int i = 1; i < others.Length && least.Rows!.Value > FewRows; i++)
        {
            least = others[i].Rows!.Value < least.Rows.Value ? others[i] : least;
        }

        return least;
    }

    private static SqlCondition? Join(
        IReadOnlyCollection<SqlCondition> parts, string junction, Lazy<int>? rows, bool isOrdered) => parts.Count == 0
        ? null
        : new(
            $"({string.Join($" {junction} ", parts.Select(part => part.Text))})",
            [.. parts.SelectMany(part => part.Values)])
        {
            Rows = rows,
            IsOrdered = isOrdered,
        };
}
