using System.Globalization;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>Ten minutes of a cloud in which a tenth of the nodes crashes and is replaced each minute.</summary>
internal sealed record ChurnFigures(int Nodes, ulong Seed, int Resolves, int Found) : IPromise
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    public double FoundShare => (double)Found / Resolves;

    /// <inheritdoc/>
    public bool IsKept => FoundShare >= 0.99;

    public static ChurnFigures Measure(int nodes, int resolves, ulong seed)
    {
        using var network = new SimulatedNetwork(seed);
        CloudFigures.Populate(network, nodes, TimeSpan.FromMinutes(5));
        network.RunFor(TimeSpan.FromMinutes(5));

        List<SimulatedResolve> results = [];
        for (int i = 0; i < nodes; i++)
        {
            SimulatedNode[] replaceable = [.. network.Living.Skip(network.Seeds.Count)];
            replaceable[network.Random.Next(replaceable.Length)].Die();
            network.AddNamedNode();
            int due = (int)((long)resolves * (i + 1) / nodes) - results.Count;
            results.AddRange(CloudFigures.ResolveAtRandom(network, due, due == 0 ? TimeSpan.Zero : Length / nodes));
            network.RunFor(due == 0 ? Length / nodes : TimeSpan.Zero);
        }

        network.RunFor(TimeSpan.FromSeconds(40));
        SimulatedResolve[] fair = [.. results.Where(resolve => resolve.IsFair)];
        return new ChurnFigures(nodes, seed, fair.Length, fair.Count(resolve => resolve.Found.Count > 0));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"n = {Nodes}, seed {Seed}: {Found} of {Resolves} found under churn");
}
