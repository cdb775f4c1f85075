using System.Management.Automation;

namespace PeerNet.PowerShell.Base;

/// <summary>What is shown of work that takes longer than a second.</summary>
/// <param name="activity">What is done.</param>
/// <param name="status">To what.</param>
/// <param name="limit">When it will be given up, or null where nothing bounds it.</param>
internal class PumpProgress(string activity, string status, TimeSpan? limit)
{
    // Stable within a session, and not 0, which scripts use for their own.
    private const int ActivityId = 3540;

    public virtual ProgressRecord Running(TimeSpan elapsed)
    {
        var record = new ProgressRecord(ActivityId, activity, status);
        if (limit is { } bound)
        {
            record.PercentComplete = (int)Math.Min(100, 100 * elapsed / bound);
            record.SecondsRemaining = (int)Math.Max(0, (bound - elapsed).TotalSeconds);
        }

        return record;
    }

    public ProgressRecord Completed() => new(ActivityId, activity, status) { RecordType = ProgressRecordType.Completed };
}
