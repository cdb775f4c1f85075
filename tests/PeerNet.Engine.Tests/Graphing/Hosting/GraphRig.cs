using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>A node's graphs on real sockets of the loopback interface, with a folder of their own.</summary>
internal sealed class GraphRig : IAsyncDisposable
{
    public const string GraphId = "rig";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly TimeProvider _time;
    private readonly long? _maximumBytes;
    private readonly IStreamTransport _transport;
    private GraphService _service;

    /// <param name="options">The protocol's constants.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="maximumBytes">As if the disk had no more for the database.</param>
    /// <param name="transport">The network; null for the loopback interface.</param>
    public GraphRig(
        GraphOptions? options = null, TimeProvider? time = null, long? maximumBytes = null, IStreamTransport? transport = null)
    {
        _transport = transport ?? new TcpTransport(TimeProvider.System);
        Options = options ?? new();
        _time = time ?? TimeProvider.System;
        _maximumBytes = maximumBytes;
        _service = Open();
    }

    /// <summary>The protocol's constants.</summary>
    public GraphOptions Options { get; }

    /// <summary>What the graphs have reported.</summary>
    public CollectingGraphObserver Observer { get; } = new();

    /// <summary>Where others are found by name.</summary>
    public FakeLocator Locator { get; } = new();

    /// <summary>The graphs.</summary>
    public GraphService Service => _service;

    /// <summary>The folder of the databases.</summary>
    public string DatabaseFolder => _folder.Combine("graphs");

    /// <summary>The file of the graphs that are opened again.</summary>
    public string KeptFile => _folder.Combine("open-graphs.json");

    /// <summary>Where the graph listens.</summary>
    public IPEndPoint Endpoint => new(IPAddress.Loopback, _service.Ports["Graph"]);

    /// <summary>Creates the graph, and listens.</summary>
    public Task<PeerGraph> CreateAsync(
        string peerId = "creator", PeerGraphProperties? properties = null, IGraphSecurityProvider? provider = null) =>
        _service.CreateAsync(
            new()
            {
                GraphId = GraphId,
                PeerId = peerId,
                IsListening = true,
                Properties = properties ?? new() { Scope = PeerGraphScope.Loopback },
                SecurityProvider = provider,
            },
            CancellationToken.None).WaitAsync(Patience);

    /// <summary>Joins the graph, and listens.</summary>
    public Task<PeerGraph> JoinAsync(GraphRig other, string peerId, bool listen = true) => _service.ConnectAsync(
        new() { GraphId = GraphId, PeerId = peerId, Endpoints = [other.Endpoint], IsListening = listen },
        isAwaited: true,
        progress: null,
        CancellationToken.None).WaitAsync(Patience);

    public Task<PeerRecord> AddAsync(string text, TimeSpan? lifetime = null) => _service.AddRecordAsync(
        GraphId,
        new()
        {
            Type = RecordType,
            Data = System.Text.Encoding.UTF8.GetBytes(text),
            Expires = DateTimeOffset.UtcNow + (lifetime ?? TimeSpan.FromHours(1)),
        },
        CancellationToken.None).WaitAsync(Patience);

    public static Guid RecordType { get; } = new("aaaaaaaa-0000-0000-0000-000000000001");

    /// <summary>The texts of all records, in order.</summary>
    public async Task<string[]> ReadAsync()
    {
        List<string> texts = [];
        await foreach (PeerRecord record in _service.GetRecordsAsync(GraphId, new(), CancellationToken.None))
        {
            texts.Add(record.Text!);
        }

        return [.. texts.Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits until something holds of the graph.</summary>
    public async Task<PeerGraph> UntilAsync(Func<PeerGraph, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed = Observer.NextChange;
            PeerGraph graph = (await _service.ListAsync(false, patience.Token)).Single();
            if (condition(graph))
            {
                return graph;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <summary>Waits until the records are these.</summary>
    public async Task UntilRecordsAsync(params string[] expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        string[] sorted = [.. expected.Order(StringComparer.Ordinal)];
        while (true)
        {
            Task changed = Observer.NextChange;
            if ((await ReadAsync()).SequenceEqual(sorted))
            {
                return;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <summary>Waits until there are so many records.</summary>
    public async Task UntilCountAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed = Observer.NextChange;
            int present = 0;
            await foreach (PeerRecord record in _service.GetRecordsAsync(GraphId, new(), patience.Token))
            {
                present++;
            }

            if (present == count)
            {
                return;
            }

            await changed.WaitAsync(patience.Token);
        }
    }

    /// <summary>Waits until something was dropped for a reason. Nobody reports that, so that it is asked for.</summary>
    public async Task UntilDroppedAsync(string reason)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!(await _service.ListAsync(false, patience.Token)).Single().Statistics.Dropped.ContainsKey(reason))
        {
            await Task.Yield();
        }
    }

    /// <summary>Stops as a killed process does, but for the files that it leaves open, and starts anew.</summary>
    public async Task RestartAsync(bool farewell)
    {
        await _service.StopAsync(farewell);
        await _service.DisposeAsync();
        _service = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    private GraphService Open()
    {
        Directory.CreateDirectory(DatabaseFolder);
        Directory.CreateDirectory(_folder.Combine("identities"));
        return new GraphService(
            new() { Folder = DatabaseFolder, KeptFile = KeptFile, Graph = Options, MaximumDatabaseBytes = _maximumBytes },
            IdentityStore.Open(_folder.Combine("identities"), SystemRandomSource.Instance, TimeProvider.System),
            _transport,
            new(DescriptorShares.MaximumGraphs),
            new FakeInterfaces(FakeInterfaces.DualLoopback),
            Locator,
            Observer,
            _time,
            SystemRandomSource.Instance,
            NullLogger<GraphService>.Instance);
    }
}
