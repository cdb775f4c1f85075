using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Distribution;

namespace PeerNet.PowerShell.Base;

/// <summary>What is shown of a transfer: how much is done, how fast, and where it comes from.</summary>
/// <param name="activity">What is done.</param>
/// <param name="status">To what.</param>
internal sealed class TransferProgress(string activity, string status)
    : PumpProgress(activity, status, limit: null), IProgress<PeerTransferProgress>
{
    // A transfer may have run for a while before anybody waits for it.
    private readonly Stopwatch _running = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private PeerTransferProgress _now = new(0, -1);

    public void Report(PeerTransferProgress value)
    {
        lock (_lock)
        {
            _now = value;
        }
    }

    public override ProgressRecord Running(TimeSpan elapsed)
    {
        PeerTransferProgress now;
        lock (_lock)
        {
            now = _now;
        }

        ProgressRecord record = base.Running(elapsed);
        double rate = now.Done / _running.Elapsed.TotalSeconds;
        record.StatusDescription = $"{record.StatusDescription}: {Describe(now, rate)}";
        if (now.Total > 0)
        {
            record.PercentComplete = (int)(100 * Math.Min(now.Done, now.Total) / now.Total);
            record.SecondsRemaining = rate > 0 ? (int)Math.Min(int.MaxValue, (now.Total - now.Done) / rate) : -1;
        }

        string sources = DescribeSources(now);
        if (sources.Length > 0)
        {
            record.CurrentOperation = sources;
        }

        return record;
    }

    private static string Describe(PeerTransferProgress now, double rate)
    {
        string done = now.Total < 0 ? PeerText.FormatBytes(now.Done) : $"{PeerText.FormatBytes(now.Done)} of {PeerText.FormatBytes(now.Total)}";
        return $"{done}, {PeerText.FormatBytes((long)rate)}/s";
    }

    private static string DescribeSources(PeerTransferProgress now)
    {
        (string Name, long Bytes)[] sources =
        [
            ("cache", now.FromCache), ("peers", now.FromPeers), ("hosted cache", now.FromHostedCache), ("source", now.FromSource),
        ];
        long sum = sources.Sum(source => source.Bytes);
        return string.Join(", ", sources
            .Where(source => source.Bytes > 0)
            .Select(source => string.Create(CultureInfo.InvariantCulture, $"{source.Name} {100.0 * source.Bytes / sum:0} %")));
    }
}
