namespace PeerNet.Engine.Graphing.Storage;

/// <summary>A condition on rows of records.</summary>
/// <param name="Text">SQL with a <c>?</c> for each value.</param>
/// <param name="Values">The values.</param>
/// <param name="Rows">How many rows of another table it goes through, at most <see cref="ManyRows"/>; 0 where it looks at nothing
/// but the record's row.</param>
internal sealed record SqlCondition(string Text, IReadOnlyList<object?> Values, int Rows)
{
    /// <summary>As many as that, or more.</summary>
    public const int ManyRows = 1000;

    /// <summary>Conditions of which all must hold. Of those that go through other tables, one that has few rows is
    /// enough.</summary>
    public static SqlCondition? All(IReadOnlyCollection<SqlCondition> parts)
    {
        SqlCondition? least = parts.Where(part => part.Rows > 0).MinBy(part => part.Rows);
        return least is null or { Rows: >= ManyRows }
            ? Join([.. parts], "AND", least?.Rows ?? 0)
            : Join([.. parts.Where(part => part.Rows == 0 || part == least)], "AND", least.Rows);
    }

    /// <summary>Conditions of which one must hold.</summary>
    public static SqlCondition? Any(IReadOnlyCollection<SqlCondition> parts)
    {
        // How many records hold what their own row says, nobody has counted.
        int rows = parts.All(part => part.Rows == 0) ? 0
            : parts.Any(part => part.Rows == 0) ? ManyRows
            : Math.Min(ManyRows, parts.Sum(part => part.Rows));
        return Join(parts, "OR", rows);
    }

    private static SqlCondition? Join(IReadOnlyCollection<SqlCondition> parts, string junction, int rows) => parts.Count == 0
        ? null
        : new(
            $"({string.Join($" {junction} ", parts.Select(part => part.Text))})",
            [.. parts.SelectMany(part => part.Values)],
            rows);
}
