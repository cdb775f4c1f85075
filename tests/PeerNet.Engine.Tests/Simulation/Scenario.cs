using PeerNet.Engine.Tests.Simulation.Collaboration;
using PeerNet.Engine.Tests.Simulation.Content;
using PeerNet.Engine.Tests.Simulation.Graphs;
using PeerNet.Engine.Tests.Simulation.Groups;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>A simulation that is run at any size and by any chance: <c>build.ps1 Simulate</c>.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Size">How many take part where nobody says it.</param>
/// <param name="Run">Runs it, at a size and with a seed.</param>
internal sealed record Scenario(string Name, int Size, Func<int, ulong, IPromise> Run)
{
    /// <summary>All that there are.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("cloud", 100, (size, seed) => CloudFigures.Measure(size, resolves: Math.Min(3 * size, 10_000), seed)),
        new("churn", 100, (size, seed) => ChurnFigures.Measure(size, resolves: 5 * size, seed)),
        new("split", 100, SplitFigures.Measure),
        new("graph", 80, (size, seed) => GraphFigures.Measure(size, seed, split: TimeSpan.FromMinutes(8))),
        new("spread", 80, SpreadFigures.Measure),
        new("clocks", 40, (size, seed) => GraphFigures.Measure(
            size, seed, split: TimeSpan.FromMinutes(4), clockErrors: TimeSpan.FromHours(3))),
        new("group", 60, (size, seed) => GroupFigures.Measure(size, administrators: 8, seed, split: TimeSpan.FromMinutes(4))),
        new("people", 60, (size, seed) => PeopleFigures.Measure(
            size, contacts: size / 3, seed, churn: TimeSpan.FromMinutes(3), split: TimeSpan.FromMinutes(3))),
        new("near", 50, (size, seed) => NearFigures.Measure(size, loss: 0, seed)),
        new("crowd", 100, (size, seed) => Content("crowd", size, seed)),
        new("liars", 100, (size, seed) => Content("liars", size, seed)),
        new("hosted", 100, (size, seed) => Content("hosted restarts", size, seed)),
        new("content", 100, (size, seed) => Content("everything", size, seed)),
    ];

    /// <summary>Runs scenarios, a line each time, for the shell.</summary>
    /// <param name="name">Which, or "all".</param>
    /// <param name="size">How many take part; 0 for as many as the scenario says.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="count">How many seeds, from that one on.</param>
    /// <returns>How many promises were broken; -1 where there is no such scenario.</returns>
    public static int RunAll(string name, int size, ulong seed, int count)
    {
        Scenario[] chosen = [.. All.Where(scenario => name == "all" || scenario.Name == name)];
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine(
                $"There is no simulation '{name}'. There are: {string.Join(", ", All.Select(scenario => scenario.Name))}.");
            return -1;
        }

        int broken = 0;
        foreach (Scenario scenario in chosen)
        {
            for (ulong current = seed; current < seed + (ulong)count; current++)
            {
                IPromise shown = scenario.Run(size == 0 ? scenario.Size : size, current);
                broken += shown.IsKept ? 0 : 1;
                Console.WriteLine($"{(shown.IsKept ? "kept  " : "BROKEN")} {scenario.Name} -Seed {current}: {shown}");
            }
        }

        return broken;
    }

    private static ContentFigures Content(string name, int clients, ulong seed) =>
        ContentFigures.Measure(ContentScenario.Get(name, clients), seed);
}
