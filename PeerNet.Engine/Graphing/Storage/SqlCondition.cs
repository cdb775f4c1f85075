namespace PeerNet.Engine.Graphing.Storage;

/// <summary>A condition on rows of records.</summary>
/// <param name="Text">SQL with a <c>?</c> for each value.</param>
/// <param name="Values">The values.</param>
internal sealed record SqlCondition(string Text, IReadOnlyList<object?> Values)
{
    /// <summary>As many as that, or more.</summary>
    public const int ManyRows = 1000;

    /// <summary>How many rows of another table it goes through, at most <see cref="ManyRows"/>, which is counted when it is
    /// asked for; null where it looks at nothing but the record's row.</summary>
    public Lazy<int>? Rows { get; init; }

    /// <summary>How many rows an index has for it, likewise; null where none is counted.</summary>
    public Lazy<int>? OwnRows { get; init; }

    /// <summary>The same in a form for which SQLite uses no index.</summary>
    public string? Loose { get; init; }

    /// <summary>Whether an index has the rows for which it holds in the order of records.</summary>
    public bool IsOrdered { get; init; }

    // SQLite takes for granted that few records are of one type.
    private bool IsBroad => OwnRows?.Value >= ManyRows;

    /// <summary>Conditions of which all must hold. Of those that go through other tables, one that has few rows is
    /// enough; what many rows hold is looked for in none then.</summary>
    public static SqlCondition? All(IReadOnlyCollection<SqlCondition> parts)
    {
        SqlCondition[] others = [.. parts.Where(part => part.Rows is not null)];
        parts = others.Length == 0 ? parts : [.. parts.Select(part => part.IsBroad ? part with { Text = part.Loose! } : part)];
        if (others.Length < 2)
        {
            return Join(parts, "AND", others.FirstOrDefault()?.Rows, parts.All(part => part.IsOrdered));
        }

        SqlCondition least = others.MinBy(part => part.Rows!.Value)!;
        return Join(
            least.Rows!.Value >= ManyRows ? parts : [.. parts.Where(part => part.Rows is null || part == least)],
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
        return Join(parts, "OR", rows, isOrdered: parts.Count == 1 && parts.First().IsOrdered);
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
