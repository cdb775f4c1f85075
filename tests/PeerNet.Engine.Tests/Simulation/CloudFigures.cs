using System.Diagnostics;
using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>One simulated hour of a cloud in which each node has a name, and what it shows.</summary>
internal sealed record CloudFigures : IPromise
{
    // An hour of more nodes takes too long; what they show is settled ten minutes after the last has come.
    private const int WholeHour = 5_000;

    /// <summary>Most memory that a node takes, with its share of the network.</summary>
    public const int MaximumBytes = 24 * 1024;

    public required int Nodes { get; init; }

    public required ulong Seed { get; init; }

    public required int Resolves { get; init; }

    public required int Found { get; init; }

    /// <summary>LOOKUPs of each resolve, in ascending order.</summary>
    public required IReadOnlyList<int> Lookups { get; init; }

    public required double MessagesPerNodeMinute { get; init; }

    public required long BytesPerNode { get; init; }

    public required TimeSpan WallTime { get; init; }

    public double FoundShare => (double)Found / Resolves;

    public double MeanLookups => Lookups.Average();

    public double LookupLimit => 1 + (1.5 * Math.Log10(Nodes));

    /// <inheritdoc/>
    public bool IsKept => FoundShare >= 0.999 && MeanLookups <= LookupLimit && BytesPerNode <= MaximumBytes
        && MessagesPerNodeMinute <= 60;

    public int LookupQuantile(double quantile) => Lookups[(int)Math.Min(Lookups.Count - 1, quantile * Lookups.Count)];

    /// <summary>Joins, rests, measures, resolves: an hour in all, or 25 minutes where there are very many.</summary>
    public static CloudFigures Measure(int nodes, int resolves, ulong seed)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        using var network = new SimulatedNetwork(seed);
        bool isWhole = nodes <= WholeHour;
        var measured = TimeSpan.FromMinutes(isWhole ? 5 : 1);
        var resolving = TimeSpan.FromMinutes(isWhole ? 9 : 3);
        Populate(network, nodes, TimeSpan.FromMinutes(10));
        network.RunUntil(TimeSpan.FromMinutes(isWhole ? 45 : 20));
        long sentBefore = network.DatagramsSent;
        network.RunFor(measured);
        double rate = (network.DatagramsSent - sentBefore) / measured.TotalMinutes / nodes;
        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / nodes;
        List<SimulatedResolve> results = ResolveAtRandom(network, resolves, resolving);
        network.RunFor(TimeSpan.FromMinutes(1));
        return new CloudFigures
        {
            Nodes = nodes,
            Seed = seed,
            Resolves = resolves,
            Found = results.Count(resolve => resolve.Found.Count > 0),
            Lookups = [.. results.Select(resolve => resolve.Lookups).Order()],
            MessagesPerNodeMinute = rate,
            BytesPerNode = bytes,
            WallTime = watch.Elapsed,
        };
    }

    /// <summary>Adds named nodes evenly over some time; the first few are the seeds.</summary>
    public static void Populate(SimulatedNetwork network, int nodes, TimeSpan duration, int seeds = 4)
    {
        for (int i = 0; i < nodes; i++)
        {
            SimulatedNode node = network.AddNamedNode();
            if (i < seeds)
            {
                network.Seeds.Add(node.Endpoint);
            }

            network.RunFor(duration / nodes);
        }
    }

    /// <summary>Random nodes resolve the names of random nodes, spread over some time.</summary>
    public static List<SimulatedResolve> ResolveAtRandom(SimulatedNetwork network, int count, TimeSpan duration)
    {
        List<SimulatedResolve> results = [];
        for (int i = 0; i < count; i++)
        {
            SimulatedNode asking = Choose(network, node => node.Resolves.Count == 0);
            SimulatedNode asked = Choose(network, node => node != asking && IsRegistered(node));
            results.Add(network.Resolve(asking, asked));
            network.RunFor(duration / count);
        }

        return results;
    }

    // Most nodes will do, so the first few that are drawn are enough, however many there are.
    private static SimulatedNode Choose(SimulatedNetwork network, Func<SimulatedNode, bool> isFit)
    {
        SimulatedNode node;
        do
        {
            node = network.Nodes[network.Random.Next(network.Nodes.Count)];
        }
        while (node.IsDead || !isFit(node));
        return node;
    }

    private static bool IsRegistered(SimulatedNode node) => node.Name is not null
        && node.Machine.GetRegistrationState(node.Name.Id) == PeerRegistrationState.Registered;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        n = {Nodes}, seed {Seed}: found {FoundShare:P2} of {Resolves}; LOOKUPs mean {MeanLookups:F2} (limit {LookupLimit:F2}), p50 {LookupQuantile(0.5)}, p95 {LookupQuantile(0.95)}, max {Lookups[^1]}; {MessagesPerNodeMinute:F1} messages per node and minute; {BytesPerNode / 1024.0:F1} KiB per node (limit {MaximumBytes / 1024}); {WallTime.TotalSeconds:F1} s
        """);
}
