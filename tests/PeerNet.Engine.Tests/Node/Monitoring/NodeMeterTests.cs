using System.Diagnostics.Metrics;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node.Monitoring;

public sealed class NodeMeterTests
{
    private readonly FakeTimeProvider _time = new();

    /// <summary>A node that has all there is.</summary>
    internal static NodeFigures Full => new()
    {
        Uptime = TimeSpan.FromSeconds(90),
        Errors = 2,
        Clouds =
        [
            new()
            {
                Name = "Global_",
                Scope = PeerCloudScope.Global,
                State = PeerCloudState.Active,
                RegisteredCount = 3,
                Statistics = new()
                {
                    DatagramsIn = 10,
                    DatagramsOut = 20,
                    Dropped = new Dictionary<string, long> { ["Malformed"] = 4 },
                },
            },
        ],
        Graphs = [new() { Id = "g", PeerId = "p", DatabaseName = "d", PeerTimeDelta = TimeSpan.FromSeconds(-1.5), Neighbors = 5 }],
        Groups = [new() { Id = "h", PeerId = "p", DatabaseName = "d", Statistics = new() { BytesIn = 7 } }],
        Distribution = new(
            DistributionReport.CounterNames.ToDictionary(name => name, _ => 1L),
            new() { Type = PeerCacheType.Data, Path = "/cache", MaxSize = 100, CurrentSize = 50, ActiveSegments = 6 },
            Published: 8),
        NameService = new() { Statistics = new() { Questions = 9 } },
    };

    [Fact]
    public void Counters_are_read_when_somebody_collects_and_not_before()
    {
        int reads = 0;
        using var meter = new NodeMeter("cache", _time, () => Task.FromResult(Full with { Errors = ++reads }));
        Assert.Equal(0, reads);

        Assert.Contains("peernet.node.errors{peernet.node.name=cache} 1", Collect(meter));
        Assert.Equal(1, reads);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("peernet.node.errors{peernet.node.name=cache} 2", Collect(meter));
    }

    [Theory]
    [InlineData("peernet.node.uptime{peernet.node.name=cache} 90")]
    [InlineData("peernet.pnrp.datagrams{peernet.node.name=cache,peernet.cloud.name=Global_,network.io.direction=receive} 10")]
    [InlineData("peernet.pnrp.datagrams{peernet.node.name=cache,peernet.cloud.name=Global_,network.io.direction=transmit} 20")]
    [InlineData("peernet.pnrp.datagrams.dropped{peernet.node.name=cache,peernet.cloud.name=Global_,peernet.drop.reason=Malformed} 4")]
    [InlineData("peernet.pnrp.names{peernet.node.name=cache,peernet.cloud.name=Global_} 3")]
    [InlineData("peernet.graph.neighbors{peernet.node.name=cache,peernet.graph.id=g,peernet.graph.kind=graph} 5")]
    [InlineData("peernet.graph.clock.offset{peernet.node.name=cache,peernet.graph.id=g,peernet.graph.kind=graph} -1.5")]
    [InlineData("peernet.graph.io{peernet.node.name=cache,peernet.graph.id=h,peernet.graph.kind=group,network.io.direction=receive} 7")]
    [InlineData("peernet.distribution.retrieval.served{peernet.node.name=cache} 1")]
    [InlineData("peernet.distribution.hosted_cache.initial_offers{peernet.node.name=cache} 1")]
    [InlineData("peernet.distribution.http.turned_away{peernet.node.name=cache} 1")]
    [InlineData("peernet.distribution.download.from_peers{peernet.node.name=cache} 1")]
    [InlineData("peernet.distribution.fetch.io{peernet.node.name=cache} 1")]
    [InlineData("peernet.distribution.cache.size{peernet.node.name=cache} 50")]
    [InlineData("peernet.distribution.published{peernet.node.name=cache} 8")]
    [InlineData("peernet.name_service.questions{peernet.node.name=cache} 9")]
    public void Each_figure_has_its_metric(string expected)
    {
        using var meter = new NodeMeter("cache", _time, () => Task.FromResult(Full));

        Assert.Contains(expected, Collect(meter));
    }

    [Fact]
    public void What_has_not_started_has_no_measurements()
    {
        using var meter = new NodeMeter("idle", _time, () => Task.FromResult(NodeFigures.None));

        Assert.Equal(
            ["peernet.node.errors{peernet.node.name=idle} 0", "peernet.node.uptime{peernet.node.name=idle} 0"],
            Collect(meter).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_and_units_keep_the_conventions()
    {
        using var meter = new NodeMeter("cache", _time, () => Task.FromResult(Full));
        List<Instrument> instruments = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter == meter.Meter)
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();

        Assert.Equal("PeerNet", meter.Meter.Name);
        Assert.Equal(instruments.Count, instruments.Select(instrument => instrument.Name).Distinct().Count());
        Assert.All(instruments, instrument =>
        {
            Assert.Matches(@"^peernet(\.[a-z]+(_[a-z]+)*)+$", instrument.Name);
            Assert.Matches(@"^(By|s|\{[a-z]+\})$", instrument.Unit);
            Assert.EndsWith(".", instrument.Description);
        });
    }

    [Fact]
    public void A_node_that_is_about_to_stop_says_what_it_said_last()
    {
        bool isStopping = false;
        using var meter = new NodeMeter(
            "cache", _time, () => isStopping ? throw new ObjectDisposedException("node") : Task.FromResult(Full));
        string[] before = Collect(meter);

        isStopping = true;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(before, Collect(meter));
    }

    private static string[] Collect(NodeMeter meter)
    {
        List<string> collected = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meter.Meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. collected];

        void Add(Instrument instrument, IFormattable value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => collected.Add(
            $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}} {value.ToString(null, null)}");
    }
}
