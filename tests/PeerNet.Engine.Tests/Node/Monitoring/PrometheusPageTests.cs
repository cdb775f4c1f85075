using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node.Monitoring;

/// <summary>The page against the grammar of Prometheus' text format 0.0.4, which this reads as a scraper does.</summary>
public sealed partial class PrometheusPageTests : IDisposable
{
    private readonly Meter _meter = new("PeerNet.Test");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Counters_end_with_total_and_gauges_do_not()
    {
        _meter.CreateObservableCounter("peernet.some.requests", () => 7L, "{request}", "Requests.");
        _meter.CreateObservableGauge("peernet.some.neighbors", () => 3L, "{neighbor}", "Neighbours.");

        Assert.Equal(
            """
            # HELP peernet_some_neighbors Neighbours.
            # TYPE peernet_some_neighbors gauge
            peernet_some_neighbors{} 3
            # HELP peernet_some_requests_total Requests.
            # TYPE peernet_some_requests_total counter
            peernet_some_requests_total{} 7

            """.ReplaceLineEndings("\n"),
            PrometheusPage.Write(_meter));
    }

    [Fact]
    public void Units_are_spelled_out_once()
    {
        _meter.CreateObservableCounter("peernet.io", () => 1L, "By");
        _meter.CreateObservableCounter("peernet.served.bytes", () => 1L, "By");
        _meter.CreateObservableGauge("peernet.uptime", () => 1.5, "s");

        Assert.Equal(
            ["peernet_io_bytes_total", "peernet_served_bytes_total", "peernet_uptime_seconds"],
            Read(PrometheusPage.Write(_meter)).Select(sample => sample.Name));
    }

    [Theory]
    [InlineData("with \"quotes\", \\ and\nlines\u001b[2J")]
    [InlineData("Ünïcode 🙂 {a=\"b\"} 1")]
    [InlineData("")]
    public void Labels_survive_whatever_they_say(string text)
    {
        _meter.CreateObservableGauge(
            "peernet.graph.records", () => new Measurement<long>(5, new KeyValuePair<string, object?>("peernet.graph.id", text)));

        Sample sample = Assert.Single(Read(PrometheusPage.Write(_meter)));
        Assert.Equal(TerminalText.Escape(text), sample.Labels["peernet_graph_id"]);
        Assert.Equal(5, sample.Value);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-0.125)]
    [InlineData(1e300)]
    public void Every_number_is_read_back(double value)
    {
        _meter.CreateObservableGauge("peernet.value", () => value);

        Assert.Equal(value, Assert.Single(Read(PrometheusPage.Write(_meter))).Value);
    }

    [Fact]
    public void A_help_text_stays_in_its_line()
    {
        _meter.CreateObservableGauge("peernet.value", () => 1L, null, "first\nsecond \\ third");

        Assert.StartsWith("# HELP peernet_value first\\nsecond \\\\ third\n", PrometheusPage.Write(_meter));
    }

    [Fact]
    public void Samples_of_one_family_stand_together_and_only_those_of_the_meter()
    {
        using var other = new Meter("PeerNet.Test");
        other.CreateObservableGauge("peernet.other", () => 1L);
        _meter.CreateObservableCounter("peernet.b", () => Two(), "{b}");
        _meter.CreateObservableGauge("peernet.a", () => 1L);

        Assert.Equal(["peernet_a", "peernet_b_total", "peernet_b_total"], Read(PrometheusPage.Write(_meter)).Select(sample => sample.Name));

        static Measurement<long>[] Two() => [new(1, new KeyValuePair<string, object?>("x", "1")), new(2, new KeyValuePair<string, object?>("x", "2"))];
    }

    [Fact]
    public void The_page_of_a_whole_node_is_sound()
    {
        using var meter = new NodeMeter("cache", new FakeTimeProvider(), () => Task.FromResult(NodeMeterTests.Full));

        Sample[] samples = Read(PrometheusPage.Write(meter.Meter));

        Assert.True(samples.Length > 80);
        Assert.Equal(samples.Length, samples.Select(sample => sample.ToString()).Distinct().Count());
        Assert.Contains(samples, sample => sample is { Name: "peernet_distribution_retrieval_served_bytes_total" });
        Assert.Contains(samples, sample => sample is { Name: "peernet_node_uptime_seconds", Value: 90 });
    }

    // exposition formats, "Text format details": comments before the samples of their family, each family once.
    private static Sample[] Read(string page)
    {
        Assert.EndsWith("\n", page);
        List<Sample> samples = [];
        HashSet<string> families = [];
        string family = "";
        foreach (string line in page[..^1].Split('\n'))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                family = type.Groups["name"].Value;
                Assert.True(families.Add(family), family);
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                Match match = SampleLine().Match(line);
                Assert.True(match.Success, line);
                Assert.Equal(family, match.Groups["name"].Value);
                samples.Add(new(
                    family,
                    match.Groups["label"].Captures.Zip(match.Groups["text"].Captures)
                        .ToDictionary(pair => pair.First.Value, pair => Unescape(pair.Second.Value)),
                    match.Groups["value"].Value switch
                    {
                        "+Inf" => double.PositiveInfinity,
                        "-Inf" => double.NegativeInfinity,
                        var text => double.Parse(text, CultureInfo.InvariantCulture),
                    }));
            }
        }

        return [.. samples];
    }

    private static string Unescape(string text) => Escape().Replace(text, match => match.Value[1] == 'n' ? "\n" : match.Value[1..]);

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)\z")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>(\\["\\n]|[^"\\\n])*)",?)*\} (?<value>\S+)\z""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""\\["\\n]""")]
    private static partial Regex Escape();

    private sealed record Sample(string Name, Dictionary<string, string> Labels, double Value)
    {
        public override string ToString() => $"{Name}{{{string.Join(',', Labels.Select(label => $"{label.Key}={label.Value}"))}}}";
    }
}
