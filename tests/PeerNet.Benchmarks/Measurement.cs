using System.Diagnostics;

namespace PeerNet.Benchmarks;

/// <summary>What one call costs: the median of several batches, after a warm-up that lets the compiler finish.</summary>
/// <param name="Nanoseconds">Time of a call in the middle batch.</param>
/// <param name="Bytes">Bytes that a call allocates on its thread.</param>
internal readonly record struct Measurement(double Nanoseconds, double Bytes)
{
    private const int Batches = 15;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(40);

    public double PerSecond => 1e9 / Nanoseconds;

    public static Measurement Of(Action call)
    {
        int calls = CallsPerBatch(call);
        var times = new TimeSpan[Batches];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int batch = 0; batch < Batches; batch++)
        {
            times[batch] = Run(call, calls);
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Array.Sort(times);
        return new Measurement(times[Batches / 2].TotalNanoseconds / calls, (double)bytes / Batches / calls);
    }

    private static int CallsPerBatch(Action call)
    {
        var watch = Stopwatch.StartNew();
        int calls = 0;
        while (watch.Elapsed < WarmUp)
        {
            call();
            calls++;
        }

        // The warm-up ran slower than what follows, so this is a lower bound of what fits.
        return Math.Max(1, (int)(calls * (Batch / WarmUp)));
    }

    private static TimeSpan Run(Action call, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            call();
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
