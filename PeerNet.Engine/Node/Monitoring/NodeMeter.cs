using System.Diagnostics.Metrics;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Node.Monitoring;

/// <summary>
/// What a node counts, as metrics by OpenTelemetry's conventions. All instruments read what is counted anyway, when somebody
/// collects; nobody pays for them otherwise.
/// </summary>
internal sealed class NodeMeter : IDisposable
{
    private const string NodeTag = "peernet.node.name";
    private const string DirectionTag = "network.io.direction";
    private const string Bytes = "Bytes";
    private const string ReasonTag = "peernet.drop.reason";

    // All instruments of one collection read the same figures.
    private static readonly TimeSpan MaximumAge = TimeSpan.FromMilliseconds(100);

    private readonly KeyValuePair<string, object?> _node;
    private readonly TimeProvider _time;
    private readonly Func<Task<NodeFigures>> _read;
    private readonly Lock _lock = new();
    private NodeFigures _figures = NodeFigures.None;
    private long? _readAt;

    /// <param name="node">The node's name, which all measurements have.</param>
    /// <param name="time">The clock.</param>
    /// <param name="read">Reads the figures; it must not wait for anybody who may collect.</param>
    public NodeMeter(string node, TimeProvider time, Func<Task<NodeFigures>> read)
    {
        _node = new(NodeTag, node);
        _time = time;
        _read = read;
        Meter = new Meter(PeerTracing.Name, typeof(NodeMeter).Assembly.GetName().Version?.ToString(3), [_node]);
        AddNode();
        AddPnrp();
        AddGraphs();
        AddDistribution();
        AddNameService();
    }

    /// <summary>The node's own.</summary>
    public Meter Meter { get; }

    public void Dispose() => Meter.Dispose();

    private void AddNode()
    {
        Meter.CreateObservableGauge(
            "peernet.node.uptime", () => Of(Read().Uptime.TotalSeconds), "s", "How long the node has run.");
        Count("peernet.node.errors", "{error}", "Errors that no caller waited for.", figures => [Of(figures.Errors)]);
    }

    private void AddPnrp()
    {
        CountClouds(
            "peernet.pnrp.datagrams",
            "{datagram}",
            "Datagrams received and sent.",
            (cloud, of) => [of(cloud.Statistics.DatagramsIn, In), of(cloud.Statistics.DatagramsOut, Out)]);
        CountClouds(
            "peernet.pnrp.datagrams.dropped",
            "{datagram}",
            "Datagrams dropped, by reason.",
            (cloud, of) => [.. cloud.Statistics.Dropped.Select(dropped => of(dropped.Value, Reason(dropped.Key)))]);
        CountClouds(
            "peernet.pnrp.resolves", "{resolve}", "Resolves started.", (cloud, of) => [of(cloud.Statistics.Resolves, null)]);
        CountClouds(
            "peernet.pnrp.resolves.found",
            "{resolve}",
            "Resolves that found a name.",
            (cloud, of) => [of(cloud.Statistics.ResolvesFound, null)]);
        CountClouds(
            "peernet.pnrp.lookups",
            "{lookup}",
            "LOOKUPs sent for any reason.",
            (cloud, of) => [of(cloud.Statistics.Lookups, null)]);
        MeasureClouds("peernet.pnrp.names", "{name}", "Names that this node has registered.", cloud => cloud.RegisteredCount);
        MeasureClouds("peernet.pnrp.routes", "{entry}", "Entries of the route cache.", cloud => cloud.CacheCount);
        MeasureClouds("peernet.pnrp.cloud.size", "{name}", "Names in the cloud, as estimated.", cloud => cloud.EstimatedSize);
        MeasureClouds(
            "peernet.pnrp.clock.doubts",
            "{answer}",
            "Answers of other nodes in a row that do not fit this machine's clock.",
            cloud => cloud.ClockDoubts);
    }

    private void AddGraphs()
    {
        CountGraphs(
            "peernet.graph.messages",
            "{message}",
            "Messages received and sent.",
            (graph, of) => [of(graph.Statistics.MessagesIn, In), of(graph.Statistics.MessagesOut, Out)]);
        CountGraphs(
            "peernet.graph.io",
            "By",
            "Bytes of messages received and queued to be sent.",
            (graph, of) => [of(graph.Statistics.BytesIn, In), of(graph.Statistics.BytesOut, Out)]);
        CountGraphs(
            "peernet.graph.records.received",
            "{record}",
            "Records that came and were new here.",
            (graph, of) => [of(graph.Statistics.RecordsReceived, null)]);
        CountGraphs(
            "peernet.graph.records.duplicate",
            "{record}",
            "Records that came although they were here already.",
            (graph, of) => [of(graph.Statistics.RecordsDuplicate, null)]);
        CountGraphs(
            "peernet.graph.connections.made",
            "{connection}",
            "Connections that came about.",
            (graph, of) => [of(graph.Statistics.ConnectionsMade, null)]);
        CountGraphs(
            "peernet.graph.connections.failed",
            "{connection}",
            "Connections that were refused, or failed before they came about.",
            (graph, of) => [of(graph.Statistics.ConnectionsFailed, null)]);
        CountGraphs(
            "peernet.graph.dropped",
            "{item}",
            "Messages, records, connections and data dropped, by reason.",
            (graph, of) => [.. graph.Statistics.Dropped.Select(dropped => of(dropped.Value, Reason(dropped.Key)))]);
        MeasureGraphs("peernet.graph.neighbors", "{neighbor}", "Neighbours of this node.", graph => graph.Neighbors);
        MeasureGraphs("peernet.graph.contacts", "{contact}", "Contacts of the graph.", graph => graph.Contacts);
        MeasureGraphs("peernet.graph.records", "{record}", "Records of the database.", graph => graph.Records);
        MeasureGraphs(
            "peernet.graph.records.deferred", "{record}", "Records that wait for their validation.", graph => graph.DeferredRecords);
        Meter.CreateObservableGauge(
            "peernet.graph.clock.offset",
            () => FromGraphs<double>((graph, tags) => [Of(graph.PeerTimeDelta.TotalSeconds, tags)]),
            "s",
            "How far this node's clock is ahead of the graph's time.");
    }

    private void AddDistribution()
    {
        foreach (string name in DistributionReport.CounterNames)
        {
            Count(
                $"peernet.distribution.{ToMetricName(name)}",
                name.Contains(Bytes, StringComparison.Ordinal) ? "By" : "{event}",
                $"{name} of Get-PeerDistribution.",
                figures => figures.Distribution is { } counted && counted.Counters.TryGetValue(name, out long count)
                    ? [Of(count)]
                    : []);
        }

        MeasureDistribution("cache.size", "By", "Bytes that the cache takes.", figures => figures.Cache.CurrentSize);
        MeasureDistribution("cache.limit", "By", "Bytes that the cache may take.", figures => figures.Cache.MaxSize);
        MeasureDistribution("cache.segments", "{segment}", "Segments in the cache.", figures => figures.Cache.ActiveSegments);
        MeasureDistribution("published", "{content}", "Contents that are published.", figures => figures.Published);
    }

    private void AddNameService()
    {
        foreach ((string name, Func<NameService.PeerNameServiceStatistics, long> get) in NameServiceCounters)
        {
            Count(
                $"peernet.name_service.{ToWords(name)}",
                "{message}",
                $"{name} of Get-PeerNameService.",
                figures => figures.NameService is { } service ? [Of(get(service.Statistics))] : []);
        }

        Measure(
            "peernet.name_service.names",
            "{name}",
            "Names that are remembered.",
            figures => figures.NameService is { } service ? [Of((long)service.Statistics.Names)] : []);
    }

    private static readonly (string Name, Func<NameService.PeerNameServiceStatistics, long> Get)[] NameServiceCounters =
    [
        ("Questions", counted => counted.Questions),
        ("Cached", counted => counted.Cached),
        ("Searches", counted => counted.Searches),
        ("Found", counted => counted.Found),
        ("Absent", counted => counted.Absent),
        ("Failed", counted => counted.Failed),
        ("Refused", counted => counted.Refused),
        ("Truncated", counted => counted.Truncated),
        ("Dropped", counted => counted.Dropped),
    ];

    private delegate Measurement<long> Measured(long value, KeyValuePair<string, object?>? tag);

    private static KeyValuePair<string, object?>? In => new(DirectionTag, "receive");

    private static KeyValuePair<string, object?>? Out => new(DirectionTag, "transmit");

    private static KeyValuePair<string, object?>? Reason(string reason) => new(ReasonTag, reason);

    private void CountClouds(string name, string unit, string description, Func<PeerCloud, Measured, Measurement<long>[]> values) =>
        Count(name, unit, description, figures => figures.Clouds.SelectMany(cloud => values(cloud, With([new("peernet.cloud.name", cloud.Name)]))));

    private void MeasureClouds(string name, string unit, string description, Func<PeerCloud, long?> value) => Measure(
        name,
        unit,
        description,
        figures => figures.Clouds.SelectMany(cloud =>
            value(cloud) is { } known ? [Of(known, new KeyValuePair<string, object?>("peernet.cloud.name", cloud.Name))] : Array.Empty<Measurement<long>>()));

    private void CountGraphs(string name, string unit, string description, Func<PeerGraph, Measured, Measurement<long>[]> values) =>
        Meter.CreateObservableCounter(name, () => FromGraphs((graph, tags) => values(graph, With(tags))), unit, description);

    private void MeasureGraphs(string name, string unit, string description, Func<PeerGraph, long> value) =>
        Meter.CreateObservableGauge(name, () => FromGraphs<long>((graph, tags) => [Of(value(graph), tags)]), unit, description);

    private IEnumerable<Measurement<T>> FromGraphs<T>(Func<PeerGraph, KeyValuePair<string, object?>[], Measurement<T>[]> values)
        where T : struct
    {
        NodeFigures figures = Read();
        return figures.Graphs.SelectMany(graph => values(graph, Tags(graph, "graph")))
            .Concat(figures.Groups.SelectMany(graph => values(graph, Tags(graph, "group"))));

        static KeyValuePair<string, object?>[] Tags(PeerGraph graph, string kind) =>
            [new("peernet.graph.id", graph.Id), new("peernet.graph.kind", kind)];
    }

    private void MeasureDistribution(string name, string unit, string description, Func<DistributionFigures, long> value) => Measure(
        $"peernet.distribution.{name}",
        unit,
        description,
        figures => figures.Distribution is { } known ? [Of(value(known))] : []);

    private void Count(string name, string unit, string description, Func<NodeFigures, IEnumerable<Measurement<long>>> values) =>
        Meter.CreateObservableCounter(name, () => values(Read()), unit, description);

    private void Measure(string name, string unit, string description, Func<NodeFigures, IEnumerable<Measurement<long>>> values) =>
        Meter.CreateObservableGauge(name, () => values(Read()), unit, description);

    private Measured With(KeyValuePair<string, object?>[] tags) =>
        (value, tag) => Of(value, tag is { } one ? [.. tags, one] : tags);

    private Measurement<T> Of<T>(T value, params KeyValuePair<string, object?>[] tags)
        where T : struct => new(value, [_node, .. tags]);

    private NodeFigures Read()
    {
        lock (_lock)
        {
            if (_readAt is not { } at || _time.GetElapsedTime(at) > MaximumAge)
            {
                try
                {
                    _figures = _read().GetAwaiter().GetResult();
                }
                catch (Exception exception) when (exception is PeerException or ObjectDisposedException)
                {
                    // It is about to stop: what it counted last.
                }

                _readAt = _time.GetTimestamp();
            }

            return _figures;
        }
    }

    // RetrievalBlocksServed is retrieval.blocks_served: what counts, and what it counts. RetrievalBytesServed is
    // retrieval.served, as the unit says what it is.
    private static string ToMetricName(string counter)
    {
        string[] groups = ["HostedCache", "Retrieval", "Discovery", "Offer", "Fetch", "Http", "Cache", "Download"];
        string group = groups.First(one => counter.StartsWith(one, StringComparison.Ordinal));
        string counted = ToWords(counter[group.Length..].Replace(Bytes, "", StringComparison.Ordinal));
        return $"{ToWords(group)}.{(counted.Length > 0 ? counted : "io")}";
    }

    private static string ToWords(string name)
    {
        var words = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && words.Length > 0)
            {
                words.Append('_');
            }

            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }
}
