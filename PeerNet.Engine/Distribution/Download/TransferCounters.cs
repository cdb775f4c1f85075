using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>How many bytes came from where; reports them at most ten times a second.</summary>
internal sealed class TransferCounters(long total, IProgress<PeerTransferProgress>? progress, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly long[] _bytes = new long[Enum.GetValues<BlockSource>().Length];
    private readonly Lock _reporting = new();
    private long _reported = time.GetTimestamp();

    /// <summary>Bytes from one source.</summary>
    public long this[BlockSource source] => Interlocked.Read(ref _bytes[(int)source]);

    public void Add(BlockSource source, int bytes)
    {
        Interlocked.Add(ref _bytes[(int)source], bytes);
        long reported = Interlocked.Read(ref _reported);
        if (progress is not null
            && time.GetElapsedTime(reported) >= Interval
            && Interlocked.CompareExchange(ref _reported, time.GetTimestamp(), reported) == reported)
        {
            Report();
        }
    }

    /// <summary>Reports how far it is.</summary>
    public void Report()
    {
        if (progress is null)
        {
            return;
        }

        // One at a time, so that reports never go back.
        lock (_reporting)
        {
            long done = Enum.GetValues<BlockSource>().Sum(source => this[source]);
            progress.Report(new(
                done,
                total,
                this[BlockSource.Cache],
                this[BlockSource.Peer],
                this[BlockSource.HostedCache],
                this[BlockSource.Origin]));
        }
    }
}
