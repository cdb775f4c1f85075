using System.Diagnostics;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>How often something can be done in a second by one core that does nothing else: by the time that this process
/// was on a processor, which other processes do not change much.</summary>
internal static class ProcessorMeter
{
    private const int Batches = 5;

    /// <summary>The best of several batches.</summary>
    /// <param name="action">What is done.</param>
    /// <param name="count">How often, in a batch.</param>
    public static async Task<double> MeasureAsync(Func<Task> action, int count)
    {
        double best = 0;
        for (int batch = -1; batch < Batches; batch++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                await action();
            }

            TimeSpan used = Environment.CpuUsage.TotalTime - before;
            if (used <= TimeSpan.Zero)
            {
                // The system does not tell: a clock on the wall is better than nothing.
                used = Stopwatch.GetElapsedTime(start);
            }

            // The first one is for the compiler.
            best = batch < 0 ? 0 : Math.Max(best, count / used.TotalSeconds);
        }

        return best;
    }
}
