using System.Globalization;

namespace PeerNet.Benchmarks;

/// <summary>Prints <c>name value unit limit ratio</c>.</summary>
internal static class FigureTable
{
    public static void WriteHead(TextWriter output) =>
        output.WriteLine($"{"name",-44} {"value",14} {"unit",-8} {"limit",14} {"ratio",8}");

    public static void Write(TextWriter output, FigureRow row) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Name,-44} {Format(row.Value),14} {row.Unit,-8} {Format(row.Limit),14} {Format(row.Ratio),8}"));

    private static string Format(double? value) => value switch
    {
        null => "-",
        0 => "0",
        >= 1000 or <= -1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
