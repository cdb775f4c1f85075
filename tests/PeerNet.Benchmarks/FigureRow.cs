namespace PeerNet.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Mark">What it is held against: a limit, which cannot be bettered and was measured in the same run, or a goal; null
/// where there is none.</param>
/// <param name="IsGoal">Whether the mark is only what is wanted.</param>
internal sealed record FigureRow(string Name, double Value, string Unit, double? Mark, bool IsGoal = false)
{
    /// <summary>How many times the mark the figure costs: above 1 is worse than the mark, in rates as in costs.</summary>
    public double? Ratio => Mark switch
    {
        null => null,
        _ when Value == Mark => 1,
        { } mark when Unit.EndsWith("/s", StringComparison.Ordinal) => mark / Value,
        { } mark => Value / mark,
    };

    /// <summary>What the mark is, in one word; empty where there is none.</summary>
    public string Kind => Mark is null ? "" : IsGoal ? "goal" : "limit";

    /// <summary>A figure beside what is wanted of it.</summary>
    public static FigureRow WithGoal(string name, double value, string unit, double goal) => new(name, value, unit, goal, IsGoal: true);
}
