namespace PeerNet.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Limit">What cannot be bettered, measured in the same run, or what is promised; null where there is none.</param>
internal sealed record FigureRow(string Name, double Value, string Unit, double? Limit)
{
    /// <summary>How many times the limit the figure costs: above 1 is worse than the limit, in rates as in costs.</summary>
    public double? Ratio => Limit switch
    {
        null => null,
        _ when Value == Limit => 1,
        { } limit when Unit.EndsWith("/s", StringComparison.Ordinal) => limit / Value,
        { } limit => Value / limit,
    };
}
