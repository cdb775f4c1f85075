namespace PeerNet.Benchmarks;

/// <summary>Watches how much more memory this process has than when the watch began.</summary>
internal sealed class MemoryMeter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly long _idle;
    private readonly Timer _timer;
    private long _most;

    private MemoryMeter(long idle)
    {
        _idle = idle;
        _timer = new(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    public static MemoryMeter Start()
    {
        Collect();
        return new(Environment.WorkingSet);
    }

    /// <summary>How much more there is when all that nobody needs is collected, in MB.</summary>
    public double Settle()
    {
        Collect();
        return (Environment.WorkingSet - _idle) / 1e6;
    }

    /// <summary>Ends it, and says how much more at most, in MB.</summary>
    public double Stop()
    {
        _timer.Dispose();
        Look();
        return (Interlocked.Read(ref _most) - _idle) / 1e6;
    }

    public void Dispose() => _timer.Dispose();

    private static void Collect() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void Look()
    {
        long now = Environment.WorkingSet;
        long most = Interlocked.Read(ref _most);
        while (now > most && Interlocked.CompareExchange(ref _most, now, most) != most)
        {
            most = Interlocked.Read(ref _most);
        }
    }
}
