using System.Diagnostics;
using System.Globalization;
using System.Net;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks;

/// <summary>
/// What ten times as many of something cost a node, beside so many: each is made and listed in a node of its own, and what lasts
/// is there again when the node starts. What is listed, rebuilt or rewritten for each shows, because it costs a hundred times as
/// much; 15 is the most that is tolerated. What few cost is the middle of three rounds.
/// </summary>
internal sealed class GrowthFigure : IFigure
{
    private const int Factor = 10;
    private const int Rounds = 3;
    private const double Tolerated = 15;

    public string Name => "growth";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        foreach (GrowthOperation operation in GrowthWork.All)
        {
            // The first one is for the compiler.
            await MeasureAsync(operation, operation.Count);
            Medians works = new();
            Medians starts = new();
            for (int round = 0; round < Rounds; round++)
            {
                (double work, double start) = await MeasureAsync(operation, operation.Count);
                works.Add(work);
                starts.Add(start);
            }

            (double few, double fewAgain) = (works.Middle!.Value, starts.Middle!.Value);
            (double many, double manyAgain) = await MeasureAsync(operation, Factor * operation.Count);
            yield return new(Invariant($"{operation.Count} {operation.Name}"), 1000 * few, "ms", null);
            yield return FigureRow.WithGoal(
                Invariant($"{Factor * operation.Count} {operation.Name}, beside that"), many / few, "times", Tolerated);
            if (operation.IsKept)
            {
                yield return new(Invariant($"start with {operation.Count} {operation.Name}"), 1000 * fewAgain, "ms", null);
                yield return FigureRow.WithGoal(
                    Invariant($"start with {Factor * operation.Count}, beside that"), manyAgain / fewAgain, "times", Tolerated);
            }
        }
    }

    /// <returns>Seconds for the work, and for the start of a node that has what was made.</returns>
    private static async Task<(double Work, double Start)> MeasureAsync(GrowthOperation operation, int count)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-growth-");
        try
        {
            await using (PeerNode node = await StartAsync(folder))
            {
                await operation.Prepare(node, count);
                long start = Stopwatch.GetTimestamp();
                await operation.Work(node, count);
                double work = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (!operation.IsKept)
                {
                    return (work, 0);
                }

                await node.DisposeAsync();
                start = Stopwatch.GetTimestamp();
                await using PeerNode again = await StartAsync(folder);
                return (work, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<PeerNode> StartAsync(DirectoryInfo folder) => PeerNode.StartAsync(
        new() { Name = "growth", StatePath = folder.FullName, ListenAddresses = [IPAddress.Loopback] }, CancellationToken.None);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
