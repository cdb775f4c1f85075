using System.Diagnostics;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>How often something can be done in a second by one core that does nothing else: by the time that this process
/// was on a processor, which other processes do not change much.</summary>
internal static class ProcessorMeter
{
    private const int Batches = 6;

    // So many are under way that no thread looks for work, which would count.
    private static readonly ParallelOptions Width = new() { MaxDegreeOfParallelism = 4 * Environment.ProcessorCount };

    /// <summary>How many calls of each action all batches take, the first one for the compiler included.</summary>
    public static int CallsOf(int count) => (Batches + 1) * count;

    /// <summary>The middle one of several batches of each action, in turn, so that all have the same weather.</summary>
    /// <param name="count">Calls in a batch.</param>
    /// <param name="actions">What is done.</param>
    public static async Task<double[]> MeasureAsync(int count, params Func<Task>[] actions)
    {
        List<double>[] rates = Array.ConvertAll(actions, _ => new List<double>());
        for (int batch = 0; batch <= Batches; batch++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                rates[i].Add(await MeasureAsync(actions[i], count));
            }
        }

        return Array.ConvertAll(rates, all => all.Skip(1).Order().ElementAt(Batches / 2));
    }

    /// <summary>The middle one of several turns of each action, which does as much in each of them.</summary>
    /// <param name="count">How many calls a turn is.</param>
    /// <param name="turns">How many turns there are.</param>
    /// <param name="actions">What is done in a turn.</param>
    public static double[] MeasureInTurns(int count, int turns, params Action<int>[] actions)
    {
        double[][] rates = Array.ConvertAll(actions, _ => new double[turns]);
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                actions[i](turn);
                rates[i][turn] = GetRate(count, before, start);
            }
        }

        return Array.ConvertAll(rates, all => all.Order().ElementAt(turns / 2));
    }

    private static async Task<double> MeasureAsync(Func<Task> action, int count)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), Width, async (_, _) => await action());
        return GetRate(count, before, start);
    }

    private static double GetRate(int count, TimeSpan before, long start)
    {
        TimeSpan used = Environment.CpuUsage.TotalTime - before;

        // Where the system does not tell, a clock on the wall is better than nothing.
        return count / (used > TimeSpan.Zero ? used : Stopwatch.GetElapsedTime(start)).TotalSeconds;
    }
}
