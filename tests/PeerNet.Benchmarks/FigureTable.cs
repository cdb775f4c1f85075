using System.Globalization;
using Newtonsoft.Json;

namespace PeerNet.Benchmarks;

/// <summary>Prints figures: for people <c>name value unit mark kind ratio</c>, for programs a JSON object a line.</summary>
internal sealed class FigureTable(TextWriter output, bool isJson)
{
    public void WriteHead()
    {
        if (!isJson)
        {
            Write("name", "value", "unit", "mark", "kind", "ratio");
        }
    }

    public void Write(FigureRow row)
    {
        if (isJson)
        {
            output.WriteLine(JsonConvert.SerializeObject(
                new { name = row.Name, value = row.Value, unit = row.Unit, mark = row.Mark, kind = row.Kind, ratio = row.Ratio }));
        }
        else
        {
            Write(row.Name, Format(row.Value), row.Unit, Format(row.Mark), row.Kind, Format(row.Ratio));
        }
    }

    private void Write(string name, string value, string unit, string mark, string kind, string ratio) =>
        output.WriteLine($"{name,-52} {value,12} {unit,-6} {mark,12} {kind,-5} {ratio,7}");

    private static string Format(double? value) => value switch
    {
        null => "-",
        0 => "0",
        >= 1000 or <= -1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
