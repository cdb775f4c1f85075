using System.Diagnostics;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// A node without a database, in a process of its own, joins one that has 100,000 records of 1 KiB, and gets and stores them
/// all. The mark is SQLite alone, in turns with it: the same payloads inserted on one thread. Memory is the working set, above the same node's
/// with an empty graph.
/// </summary>
internal sealed class NewcomerFigure : IFigure
{
    private const int Rounds = 3;
    private const int Records = 100_000;
    private const double MostMemory = 60;

    public string Name => "Graph newcomer";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await using RealGraph graph = await RealGraph.StartAsync(1);
        long start = Stopwatch.GetTimestamp();
        await RealGraph.AddAsync(graph.Nodes[0], Records);
        yield return new("publish for 256 callers, durably", Records / Stopwatch.GetElapsedTime(start).TotalSeconds, "1/s", null);

        var inserts = new Medians();
        List<NewcomerResult> results = [];
        for (int round = 0; round < Rounds; round++)
        {
            inserts.Add(PlainDatabase.Insert(Records, RealGraph.PayloadLength));
            results.Add(await NewcomerProcess.StartAsync(RealGraph.GetPort(graph.Nodes[0])));
        }

        double seconds = Medians.Of(results.Select(result => result.Seconds));
        yield return new("newcomer, 100,000 records", Rate(Records / seconds), "MB/s", Rate(inserts.Middle!.Value));
        yield return new("newcomer, records missing", results.Max(result => Records - result.Records), "", 0);
        yield return FigureRow.WithGoal("newcomer, memory after it", results.Max(result => result.Held), "MB", MostMemory);
        yield return FigureRow.WithGoal(
            "newcomer, memory after opening again", results.Max(result => result.Reopened), "MB", MostMemory);
        yield return new("newcomer, most memory, with garbage", results.Max(result => result.Most), "MB", null);
    }

    private static double Rate(double records) => records * RealGraph.PayloadLength / 1e6;
}
