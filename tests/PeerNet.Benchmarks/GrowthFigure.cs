using System.Diagnostics;
using System.Globalization;
using System.Net;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks;

/// <summary>
/// What ten times as many of something cost a node, beside so many: each is made and listed in a node of its own. What is listed,
/// rebuilt or rewritten for each shows, because it costs a hundred times as much; 15 is the most that is tolerated.
/// </summary>
internal sealed class GrowthFigure : IFigure
{
    private const int Factor = 10;
    private const double Tolerated = 15;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    private static readonly (string Name, int Count, Func<PeerNode, int, Task> Work)[] Operations =
    [
        ("identities", 25, MakeIdentitiesAsync),
        ("names in a cloud", 100, RegisterNamesAsync),
        ("graphs", 20, MakeGraphsAsync),
        ("records of a graph", 1_000, AddRecordsAsync),
        ("groups", 10, MakeGroupsAsync),
    ];

    public string Name => "growth";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        foreach ((string name, int count, Func<PeerNode, int, Task> work) in Operations)
        {
            // The first one is for the compiler.
            await MeasureAsync(work, count);
            double few = await MeasureAsync(work, count);
            double many = await MeasureAsync(work, Factor * count);
            yield return new(Invariant($"{count} {name}"), 1000 * few, "ms", null);
            yield return FigureRow.WithGoal(Invariant($"{Factor * count} {name}, beside that"), many / few, "times", Tolerated);
        }
    }

    private static async Task<double> MeasureAsync(Func<PeerNode, int, Task> work, int count)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-growth-");
        PeerNode node = await PeerNode.StartAsync(
            new() { Name = "growth", StatePath = folder.FullName, ListenAddresses = [IPAddress.Loopback] }, CancellationToken.None);
        try
        {
            long start = Stopwatch.GetTimestamp();
            await work(node, count);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            await node.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static Task MakeIdentitiesAsync(PeerNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            node.Identities.Create(Invariant($"identity {i}"), null, node.Options.Suite, makeDefault: false, []);
        }

        return Task.CompletedTask;
    }

    private static async Task RegisterNamesAsync(PeerNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await node.Pnrp.RegisterAsync(
                new() { Name = PeerName.Parse(Invariant($"0.name-{i}")), Clouds = ["Loopback_"], Port = 80 }, CancellationToken.None);
        }

        await node.Pnrp.GetRegistrationsAsync(CancellationToken.None);
    }

    private static async Task MakeGraphsAsync(PeerNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await node.Graphs.CreateAsync(
                new()
                {
                    GraphId = Invariant($"graph-{i}"),
                    PeerId = "peer",
                    Properties = new() { Scope = PeerGraphScope.Loopback },
                },
                CancellationToken.None);
        }
    }

    private static async Task AddRecordsAsync(PeerNode node, int count)
    {
        await MakeGraphsAsync(node, 1);
        for (int i = 0; i < count; i++)
        {
            await node.Graphs.AddRecordAsync(
                "graph-0",
                new() { Type = Type, Data = new byte[100], Expires = DateTimeOffset.UtcNow + TimeSpan.FromDays(1) },
                CancellationToken.None);
        }
    }

    private static async Task MakeGroupsAsync(PeerNode node, int count)
    {
        PeerIdentity identity = node.Identities.Create("founder", null, node.Options.Suite, makeDefault: true, []);
        for (int i = 0; i < count; i++)
        {
            await node.Groups.CreateAsync(
                new() { FriendlyName = Invariant($"group {i}"), Identity = identity.PeerName.Value, Cloud = "Loopback_" },
                default,
                CancellationToken.None);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
