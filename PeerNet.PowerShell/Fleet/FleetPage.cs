using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Fleet;

/// <summary>
/// Writes a fleet as a page that needs nothing else: a table that its own script sorts, with curves where there are several
/// samples. The browser is told to run that script and no other, and all that nodes have said is text.
/// </summary>
internal sealed class FleetPage
{
    private static readonly string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; "
        + $"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(FleetPageParts.Script)))}'";

    private readonly StringBuilder _page = new();
    private readonly IReadOnlyList<FleetMachine> _machines;
    private readonly Dictionary<string, int> _mostRecords;

    private FleetPage(IReadOnlyList<FleetMachine> machines)
    {
        _machines = machines;
        _mostRecords = machines.SelectMany(machine => machine.Latest.Graphs)
            .GroupBy(graph => graph.Id).ToDictionary(same => same.Key, same => same.Max(graph => graph.Records));
    }

    /// <summary>The page.</summary>
    /// <param name="machines">The nodes.</param>
    /// <param name="title">What it is called.</param>
    public static string Write(IReadOnlyList<FleetMachine> machines, string title)
    {
        var page = new FleetPage(machines);
        page.WriteHead(title);
        page.WriteSummary();
        page.WriteTable();
        page._page.Append("<script>").Append(FleetPageParts.Script).Append("</script>\n</body>\n</html>\n");
        return page._page.ToString();
    }

    private void WriteHead(string title)
    {
        DateTimeOffset[] times = [.. _machines.SelectMany(machine => machine.Samples).Select(sample => sample.Taken).Order()];
        string taken = times.Length == 0 ? "" : PeerText.FormatTime(times[^1]);
        string since = times.Length > 0 && _machines.Any(machine => machine.Samples.Count > 1) ? $"{PeerText.FormatTime(times[0])} – " : "";
        _page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(Policy).Append("\">\n")
            .Append("<title>").Append(Encode(title)).Append("</title>\n").Append(FleetPageParts.Style).Append("\n</head>\n<body>\n")
            .Append("<h1>").Append(Encode(title)).Append("</h1>\n<p class=\"quiet\">").Append(since).Append(taken).Append("</p>\n");
    }

    private void WriteSummary()
    {
        PeerFleetNode[] latest = [.. _machines.Select(machine => machine.Latest)];
        double hits = latest.Sum(row => (double)row.BytesFromCache + row.BytesFromPeers + row.BytesFromHostedCache);
        double all = hits + latest.Sum(row => (double)row.BytesFromSource);
        int troubled = _machines.Count(machine => machine.Problems.Any());
        _page.Append("<dl>\n");
        WriteFigure("Nodes", Format(_machines.Count), isBad: false);
        WriteFigure("In need of attention", Format(troubled), troubled > 0);
        WriteFigure("Not fetched from a source", all > 0 ? FormatShare(hits / all) : "–", isBad: false);
        WriteFigure("Bytes saved", PeerText.FormatBytes((long)hits), isBad: false);
        _page.Append("</dl>\n");
    }

    private void WriteFigure(string label, string figure, bool isBad) =>
        _page.Append("<div><dt>").Append(label).Append(isBad ? "</dt><dd class=\"bad\">" : "</dt><dd>").Append(figure).Append("</dd></div>\n");

    private void WriteTable()
    {
        _page.Append("<div class=\"wide\"><table>\n<thead><tr>");
        foreach (string header in FleetPageParts.Headers)
        {
            _page.Append("<th scope=\"col\"><button type=\"button\">").Append(header).Append("</button></th>");
        }

        _page.Append("</tr></thead>\n<tbody>\n");
        foreach (FleetMachine machine in _machines)
        {
            WriteRow(machine);
        }

        _page.Append("</tbody>\n</table></div>\n");
    }

    private void WriteRow(FleetMachine machine)
    {
        PeerFleetNode row = machine.Latest;
        bool isUp = row.IsRunning;
        _page.Append("<tr>");
        WriteText($"<strong>{Encode(row.Machine)}</strong><br><span class=\"quiet\">{Encode(row.Node)}, {Encode(row.Version)}</span>");
        WritePlain($"<span class=\"{(isUp ? "good" : "bad")}\">{(isUp ? "●" : "○")} {Encode(row.State)}</span>");
        WriteNumber(machine.Problems.Count(), string.Join("<br>", machine.Problems.Select(problem => $"<span class=\"bad\">{Encode(problem)}</span>")), "words");
        WriteNumber(row.Started?.ToUnixTimeSeconds() ?? -1, isUp ? FormatSpan(row.Taken - row.Started) : "");
        WritePlain(string.Join("<br>", row.Clouds.Select(Encode)));
        WriteNumber(row.Names.Length, $"<span title=\"{Encode(string.Join('\n', row.Names))}\">{Format(row.Names.Length)}</span>");
        WriteNumber(row.Graphs.Sum(Lag), string.Join("<br>", row.Graphs.Select(DescribeGraph)), "words");
        WriteNumber(row.CacheSize ?? -1, DescribeCache(row) + Curve(machine, sample => sample.CacheSize, PeerText.FormatBytes));
        WriteNumber(
            row.HitRatio ?? -1,
            (row.HitRatio is { } ratio ? FormatShare(ratio) : "") + Curve(machine, sample => (long?)(sample.HitRatio * 100), share => $"{share} %"));
        WriteNumber(row.BytesFromPeers, PeerText.FormatBytes(row.BytesFromPeers) + Curve(machine, sample => sample.BytesFromPeers, PeerText.FormatBytes));
        WriteNumber(
            row.BytesFromHostedCache,
            PeerText.FormatBytes(row.BytesFromHostedCache) + Curve(machine, sample => sample.BytesFromHostedCache, PeerText.FormatBytes));
        WriteNumber(row.BytesFromSource, PeerText.FormatBytes(row.BytesFromSource) + Curve(machine, sample => sample.BytesFromSource, PeerText.FormatBytes));
        WriteNumber(row.BytesServed, PeerText.FormatBytes(row.BytesServed) + Curve(machine, sample => sample.BytesServed, PeerText.FormatBytes));
        WriteNumber(row.ClockOffset?.TotalSeconds ?? 0, FormatOffset(row.ClockOffset));
        _page.Append("</tr>\n");
    }

    private void WriteText(string html) => _page.Append("<td>").Append(html).Append("</td>");

    private void WritePlain(string html) => _page.Append("<td class=\"plain\">").Append(html).Append("</td>");

    private void WriteNumber(double value, string html, string style = "number") => _page.Append("<td class=\"").Append(style).Append("\" data-v=\"")
        .Append(value.ToString("R", CultureInfo.InvariantCulture)).Append("\">").Append(html).Append("</td>");

    private int Lag(PeerFleetGraph graph) => _mostRecords[graph.Id] - graph.Records + graph.DeferredRecords;

    private string DescribeGraph(PeerFleetGraph graph)
    {
        List<string> late = [];
        if (_mostRecords[graph.Id] > graph.Records)
        {
            late.Add($"{Format(_mostRecords[graph.Id] - graph.Records)} behind");
        }

        if (graph.DeferredRecords > 0)
        {
            late.Add($"{Format(graph.DeferredRecords)} to be validated");
        }

        if (!graph.IsSynchronized)
        {
            late.Add("not synchronized");
        }

        return $"{Encode(graph.Name)} <span class=\"quiet\">{Format(graph.Records)}</span>"
            + (late.Count > 0 ? $"<br><span class=\"late\">{string.Join(", ", late)}</span>" : "");
    }

    private static string DescribeCache(PeerFleetNode row) => row.CacheSize is not { } size ? ""
        : row.CacheMaxSize is > 0 and { } most ? $"{PeerText.FormatBytes(size)} <span class=\"quiet\">{FormatShare((double)size / most)}</span>"
        : PeerText.FormatBytes(size);

    // A value for each time that it is known, from the oldest at the left.
    private static string Curve(FleetMachine machine, Func<PeerFleetNode, long?> value, Func<long, string> format)
    {
        (DateTimeOffset Time, long Value)[] known =
        [
            .. machine.Samples.Where(sample => value(sample) is not null).Select(sample => (sample.Taken, value(sample)!.Value)),
        ];
        return Sparkline.Draw(known, format);
    }

    private static string FormatSpan(TimeSpan? span) => span is not { } time || time < TimeSpan.Zero ? ""
        : time.TotalDays >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.0} d")
        : time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min");

    private static string FormatOffset(TimeSpan? offset) => offset is not { } time ? ""
        : time == TimeSpan.Zero ? "0 s"
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:+0.0;-0.0;0.0} s");

    private static string FormatShare(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    private static string Format(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Encode(string text) => WebUtility.HtmlEncode(TerminalText.Escape(text));
}
