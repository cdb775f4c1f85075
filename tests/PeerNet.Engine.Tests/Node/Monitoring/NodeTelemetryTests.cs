using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Node.Monitoring;

public sealed class NodeTelemetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly ConcurrentBag<Activity> _activities = [];
    private readonly ActivityListener _listener;

    public NodeTelemetryTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "PeerNet",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _activities.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    // Tests of other classes run beside these.
    private string Unique => Path.GetFileName(_folder.Location);

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_node_measures_without_starting_anything()
    {
        var time = new FakeTimeProvider();
        await using PeerNode node = await StartAsync(services => services.AddSingleton<TimeProvider>(time));
        Dictionary<string, double> measured = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Tags?.Any(tag => Equals(tag.Value, Unique)) == true)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.Start();

        listener.RecordObservableInstruments();
        Assert.Equal(["peernet.node.errors", "peernet.node.uptime"], measured.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(node.GetStatus().Ports);

        await node.Graphs.CreateAsync(new() { GraphId = "g", Properties = new() }, default);
        await node.Distribution.GetStatusAsync(default);
        time.Advance(TimeSpan.FromSeconds(1));
        listener.RecordObservableInstruments();
        Assert.Contains("peernet.graph.records", measured.Keys);
        Assert.All(
            (await node.Distribution.GetStatusAsync(default)).Statistics.Keys,
            name => Assert.Contains(name, DistributionReport.CounterNames));

        await node.StopAsync(farewell: false, default);
        measured.Clear();
        listener.RecordObservableInstruments();
        Assert.Empty(measured);
    }

    [Fact]
    public async Task A_resolve_is_an_activity()
    {
        await using PeerNode node = await StartAsync();
        PeerName name = PeerName.Parse($"0.{Unique}");

        // Nobody else is there who could be asked.
        await Assert.ThrowsAsync<PeerException>(async () => await node.Pnrp.ResolveAsync(new() { Name = name }, default).AnyAsync());

        Activity resolve = Assert.Single(_activities, one => Equals(one.GetTagItem("peernet.name"), name.Value));
        Assert.Equal("peernet.resolve", resolve.OperationName);
        Assert.Equal(0, resolve.GetTagItem("peernet.resolve.results"));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task A_download_that_fails_is_an_activity_with_the_error_and_without_secrets()
    {
        await using PeerNode node = await StartAsync();
        var request = new PeerReceiveRequest
        {
            Uri = new Uri($"http://user:secret@127.0.0.1:1/{Unique}?key=secret"),
            Path = _folder.Combine("file"),
        };

        await Assert.ThrowsAsync<PeerException>(() => node.Distribution.ReceiveAsync(request, null, default));

        Activity download = Assert.Single(
            _activities, one => Equals(one.GetTagItem("url.full"), $"http://127.0.0.1:1/{Unique}"));
        Assert.Equal("peernet.download", download.OperationName);
        Assert.Equal(ActivityStatusCode.Error, download.Status);
        Assert.NotNull(download.GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_join_of_a_graph_is_an_activity()
    {
        await using PeerNode node = await StartAsync();
        var opening = new PeerGraphOpening { GraphId = Unique, Endpoints = [new IPEndPoint(IPAddress.Loopback, 1)] };

        await Assert.ThrowsAsync<PeerException>(() => node.Graphs.ConnectAsync(opening, isAwaited: true, null, default));

        Activity join = Assert.Single(_activities, one => Equals(one.GetTagItem("peernet.graph.id"), Unique));
        Assert.Equal("peernet.graph.join", join.OperationName);
        Assert.Equal(ActivityStatusCode.Error, join.Status);
    }

    private Task<PeerNode> StartAsync(Action<IServiceCollection>? replace = null) => PeerNode.StartAsync(
        new() { Name = Unique, StatePath = _folder.Combine("state"), ListenAddresses = [IPAddress.Loopback] }, null, replace, default);
}
