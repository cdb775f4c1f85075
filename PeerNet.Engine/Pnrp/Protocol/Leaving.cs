namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What is left to do when the cloud is closed: floods wait for their ACK, and the cache is kept for a while, so that
/// whoever opens the cloud again still has it (MS-PNRP 3.1.6.1). Owns both.</summary>
internal sealed class Leaving(PnrpContext context, Messenger messenger)
{
    private TimeSpan _cleanUpDue = TimeSpan.MaxValue;
    private bool _isTold = true;

    /// <summary>When the cloud is to be cleaned up.</summary>
    public TimeSpan NextDue => _cleanUpDue;

    /// <summary>Whether floods still wait for their ACK: what an unregistering or closing node should stay for.</summary>
    public bool IsFarewellPending => messenger.Pending.Any(PendingKind.Flood);

    /// <summary>The cloud is closed.</summary>
    public void Begin()
    {
        _cleanUpDue = context.Now.Elapsed + PnrpLimits.CleanUpDelay;
        _isTold = !IsFarewellPending;
    }

    /// <summary>The cloud is open again.</summary>
    public void Stop() => _cleanUpDue = TimeSpan.MaxValue;

    /// <summary>Tells when nothing waits any more.</summary>
    public void Tell()
    {
        if (!_isTold && !IsFarewellPending)
        {
            _isTold = true;
            context.Tell(new PnrpNews.Left());
        }
    }

    /// <returns>Whether the cloud is to be cleaned up, which is said once.</returns>
    public bool IsOver()
    {
        bool isOver = context.Now.Elapsed >= _cleanUpDue;
        if (isOver)
        {
            Stop();
        }

        return isOver;
    }
}
