namespace PeerNet.Benchmarks;

/// <summary>What several rounds came to, of which the middle one counts: the best one is luck.</summary>
internal sealed class Medians
{
    private readonly List<double> _values = [];

    /// <summary>The middle value; null where there was no round.</summary>
    public double? Middle => _values.Count == 0 ? null : Of(_values);

    /// <summary>The middle one of some values.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public void Add(double value) => _values.Add(value);
}
