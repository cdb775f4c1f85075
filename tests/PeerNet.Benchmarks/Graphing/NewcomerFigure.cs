using System.Diagnostics;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// A node without a database, in a process of its own, joins one that has 100,000 records of 1 KiB, and gets and stores them
/// all. The mark is SQLite alone: the same payloads inserted on one thread. Memory is the working set, above the same node's
/// with an empty graph.
/// </summary>
internal sealed class NewcomerFigure : IFigure
{
    private const int Records = 100_000;
    private const double MostMemory = 60;

    public string Name => "Graph newcomer";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        double insert = PlainDatabase.Insert(Records, RealGraph.PayloadLength);
        await using RealGraph graph = await RealGraph.StartAsync(1);
        long start = Stopwatch.GetTimestamp();
        await RealGraph.AddAsync(graph.Nodes[0], Records);
        yield return new("publish for 256 callers, durably", Records / Stopwatch.GetElapsedTime(start).TotalSeconds, "1/s", null);

        NewcomerResult result = await NewcomerProcess.StartAsync(RealGraph.GetPort(graph.Nodes[0]));
        yield return new("newcomer, 100,000 records", Rate(Records / result.Seconds), "MB/s", Rate(insert));
        yield return new("newcomer, records missing", Records - result.Records, "", 0);
        yield return FigureRow.WithGoal("newcomer, memory after it", result.Held, "MB", MostMemory);
        yield return FigureRow.WithGoal("newcomer, memory after opening again", result.Reopened, "MB", MostMemory);
        yield return new("newcomer, most memory, with garbage", result.Most, "MB", null);
    }

    private static double Rate(double records) => records * RealGraph.PayloadLength / 1e6;
}
