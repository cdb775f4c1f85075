using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>A meter's figures in Prometheus' text format, version 0.0.4, named as OpenTelemetry's compatibility rules say: dots
/// become underscores, units are spelled out, and counters end with <c>_total</c>.</summary>
internal sealed class PrometheusPage
{
    /// <summary>The type of the page's content.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly SortedDictionary<string, (Instrument Instrument, List<string> Samples)> _families = new(StringComparer.Ordinal);

    private PrometheusPage()
    {
    }

    /// <summary>Collects the figures as they are now.</summary>
    public static string Write(Meter meter)
    {
        var page = new PrometheusPage();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => page.Add(instrument, value.ToString(CultureInfo.InvariantCulture), tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => page.Add(instrument, Format(value), tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return page.ToString();
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string name, (Instrument instrument, List<string> samples)) in _families)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(instrument.Description ?? "")).Append('\n');
            text.Append("# TYPE ").Append(name).Append(IsCounter(instrument) ? " counter" : " gauge").Append('\n');
            samples.ForEach(sample => text.Append(name).Append(sample).Append('\n'));
        }

        return text.ToString();
    }

    private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string name = GetName(instrument);
        if (!_families.TryGetValue(name, out (Instrument Instrument, List<string> Samples) family))
        {
            family = _families[name] = (instrument, []);
        }

        family.Samples.Add($"{{{string.Join(',', tags.ToArray().Select(Describe))}}} {value}");
    }

    // Ids of graphs are others', and many a page is looked at in a terminal.
    private static string Describe(KeyValuePair<string, object?> tag) =>
        $"{Clean(tag.Key)}=\"{EscapeLabel(TerminalText.Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""))}\"";

    private static string GetName(Instrument instrument)
    {
        string name = Clean(instrument.Name);
        string unit = instrument.Unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            _ => "",
        };
        return name + (name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit) + (IsCounter(instrument) ? "_total" : "");
    }

    private static bool IsCounter(Instrument instrument) => instrument is ObservableCounter<long> or ObservableCounter<double>;

    private static string Clean(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Format(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
