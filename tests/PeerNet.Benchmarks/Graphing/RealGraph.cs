using System.Diagnostics;
using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>Nodes with sockets, folders and databases of their own that are in one graph, on the loopback interface.</summary>
internal sealed class RealGraph : IAsyncDisposable
{
    public const int PayloadLength = 1024;

    public const string GraphId = "benchmark";

    // Callers that wait for their record at the same time, as a busy application has them.
    private const int Callers = 256;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peernet-benchmark-");
    private readonly List<PeerNode> _nodes = [];

    private RealGraph()
    {
    }

    public IReadOnlyList<PeerNode> Nodes => _nodes;

    /// <summary>Makes a graph, and has others join it, each at one that was there before.</summary>
    public static async Task<RealGraph> StartAsync(int count)
    {
        var graph = new RealGraph();
        await graph.AddNodeAsync();
        await graph.Nodes[0].Graphs.CreateAsync(
            new()
            {
                GraphId = GraphId,
                PeerId = "peer-0",
                IsListening = true,
                Properties = new() { Scope = PeerGraphScope.Loopback },
            },
            CancellationToken.None);
        for (int i = 1; i < count; i++)
        {
            await JoinAsync(await graph.AddNodeAsync(), GetPort(graph.Nodes[i / 2]));
        }

        // All but the first few find a second neighbor by themselves.
        await WaitAsync(async () =>
        {
            PeerGraph[] all = await graph.DescribeAsync();
            return all.All(node => node.Neighbors >= Math.Min(2, count - 1) && node.Records == all[0].Records);
        });
        return graph;
    }

    /// <summary>Starts a node, which is in no graph yet.</summary>
    public static Task<PeerNode> StartNodeAsync(string folder, string name) => PeerNode.StartAsync(
        new() { Name = name, StatePath = Path.Combine(folder, name), ListenAddresses = [IPAddress.Loopback] },
        CancellationToken.None);

    /// <summary>The port where a node's graph listens.</summary>
    public static int GetPort(PeerNode node) => node.GetStatus().Ports["Graph"];

    /// <summary>Has a node join, and waits until it has all records.</summary>
    public static Task JoinAsync(PeerNode node, int port) => node.Graphs.ConnectAsync(
        new()
        {
            GraphId = GraphId,
            PeerId = node.Options.Name,
            Endpoints = [new(IPAddress.Loopback, port)],
            IsListening = true,
            Timeout = Patience,
        },
        isAwaited: true,
        progress: null,
        CancellationToken.None);

    /// <summary>Publishes a record.</summary>
    public static Task<PeerRecord> AddAsync(PeerNode node)
    {
        byte[] payload = new byte[PayloadLength];
        SystemRandomSource.Instance.Fill(payload);
        return node.Graphs.AddRecordAsync(
            GraphId,
            new() { Type = Type, Data = payload, Expires = DateTimeOffset.UtcNow + TimeSpan.FromDays(1) },
            CancellationToken.None);
    }

    /// <summary>Publishes many records for many callers.</summary>
    public static Task AddAsync(PeerNode node, int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = Callers },
        async (_, _) => await AddAsync(node));

    /// <summary>How many records of the benchmark each node has.</summary>
    public async Task<int[]> CountAsync()
    {
        int[] counts = new int[_nodes.Count];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = await CountAsync(_nodes[i]);
        }

        return counts;
    }

    /// <summary>How many records of the benchmark a node has.</summary>
    public static async Task<int> CountAsync(PeerNode node)
    {
        int count = 0;
        PeerRecordQuery query = new() { Types = [Type] };
        await foreach (PeerRecord _ in node.Graphs.GetRecordsAsync(GraphId, query, CancellationToken.None))
        {
            count++;
        }

        return count;
    }

    /// <summary>The graph as each node sees it.</summary>
    public async Task<PeerGraph[]> DescribeAsync() =>
        await Task.WhenAll(_nodes.Select(async node => (await node.Graphs.ListAsync(false, CancellationToken.None)).Single()));

    /// <summary>Waits until something is so.</summary>
    /// <exception cref="TimeoutException">It never is.</exception>
    public static async Task WaitAsync(Func<Task<bool>> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException("The graph did not settle.");
            }

            await Task.Delay(LookInterval);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PeerNode node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task<PeerNode> AddNodeAsync()
    {
        PeerNode node = await StartNodeAsync(
            _folder.FullName, string.Create(CultureInfo.InvariantCulture, $"peer-{_nodes.Count}"));
        _nodes.Add(node);
        return node;
    }
}
