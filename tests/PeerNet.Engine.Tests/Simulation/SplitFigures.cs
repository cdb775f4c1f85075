using System.Globalization;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>A cloud that is in two halves for ten minutes, and then can reach its seed again.</summary>
/// <param name="Nodes">How many nodes there are, each with a name.</param>
/// <param name="Seed">The seed of the random source.</param>
/// <param name="FoundWhileSplit">Names found from the other half just before healing.</param>
/// <param name="Found">Names found from what was the other half, five minutes after healing.</param>
internal sealed record SplitFigures(int Nodes, ulong Seed, int FoundWhileSplit, int Found) : IPromise
{
    /// <inheritdoc/>
    public bool IsKept => FoundWhileSplit == 0 && Found == Nodes;

    public static SplitFigures Measure(int nodes, ulong seed)
    {
        using var network = new SimulatedNetwork(seed);
        CloudFigures.Populate(network, nodes, TimeSpan.FromMinutes(5), seeds: 1);
        network.RunFor(TimeSpan.FromMinutes(5));
        foreach (SimulatedNode node in network.Nodes)
        {
            node.Side = node.Index % 2;
        }

        network.IsPartitioned = true;
        network.RunFor(TimeSpan.FromMinutes(10));
        int foundWhileSplit = CountFoundAcross(network);

        network.IsPartitioned = false;
        network.RunFor(TimeSpan.FromMinutes(5));
        return new SplitFigures(nodes, seed, foundWhileSplit, CountFoundAcross(network));
    }

    /// <summary>How many names a node of the other half can resolve.</summary>
    public static int CountFoundAcross(SimulatedNetwork network)
    {
        List<SimulatedResolve> resolves = [];
        foreach (SimulatedNode node in network.Nodes)
        {
            resolves.Add(network.Resolve(network.Nodes[(node.Index + 7) % network.Nodes.Count], node));
        }

        network.RunFor(TimeSpan.FromSeconds(40));
        return resolves.Count(resolve => resolve.Found.Count > 0);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"n = {Nodes}, seed {Seed}: {Found} found from the other half after healing");
}
