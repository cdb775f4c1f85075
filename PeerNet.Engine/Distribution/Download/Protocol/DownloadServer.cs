namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>A server as one download knows it: a peer, or a hosted cache.</summary>
internal sealed class DownloadServer(Uri address, bool isHostedCache)
{
    private const int FirstWindow = 2;

    // The part of the request timer that an answer may take before it waits in a queue: there is no use in a longer one,
    // and a timer that runs out in it would cost the segment a server that is only slow.
    private const int PromptPart = 4;

    /// <summary>Its base address.</summary>
    public Uri Address => address;

    /// <summary>Whether it is a hosted cache that was configured, and not a peer that was found.</summary>
    public bool IsHostedCache => isHostedCache;

    /// <summary>Requests that wait for its answer.</summary>
    public int InFlight { get; set; }

    /// <summary>Requests that it may have.</summary>
    public int Window { get; private set; } = FirstWindow;

    /// <summary>How often requests failed in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Blocks it sent that are none.</summary>
    public int CorruptBlocks { get; set; }

    /// <summary>Blocks it sent.</summary>
    public int Received { get; private set; }

    /// <summary>How many more segments it may lack before it is only asked for those it says it has.</summary>
    public int Guesses { get; set; }

    /// <summary>Whether it sent what it should not, and is not used again in this download.</summary>
    public bool IsExcluded { get; set; }

    /// <summary>When it is asked again after it was busy.</summary>
    public TimeSpan BusyUntil { get; private set; }

    /// <summary>When it is used again after it failed.</summary>
    public TimeSpan AbsentUntil { get; private set; }

    /// <summary>When it last delivered.</summary>
    public TimeSpan LastReceived { get; private set; } = TimeSpan.MinValue;

    /// <summary>When it was last found, asked or heard of.</summary>
    public TimeSpan LastUsed { get; set; }

    /// <summary>Whether a search for work for it was in vain and nothing has changed since.</summary>
    public bool HasNoWork { get; set; }

    /// <summary>Whether it answers GETSEGLIST with something.</summary>
    public bool KnowsSegmentLists { get; set; } = true;

    /// <summary>Whether a GETSEGLIST is under way.</summary>
    public bool IsAskedForSegments { get; set; }

    /// <summary>Sessions that it has not been asked about.</summary>
    public Queue<SegmentSession> Unasked { get; } = [];

    private TimeSpan BusyDelay { get; set; }

    private int Absences { get; set; }

    private TimeSpan LastFailed { get; set; } = TimeSpan.MinValue;

    /// <summary>When a time in which it is left alone is over; null where it is not left alone.</summary>
    public TimeSpan? GetReturn(TimeSpan now) => (BusyUntil > now, AbsentUntil > now) switch
    {
        (true, true) => BusyUntil < AbsentUntil ? BusyUntil : AbsentUntil,
        (true, false) => BusyUntil,
        (false, true) => AbsentUntil,
        _ => null,
    };

    public bool IsUsable(TimeSpan now) => !IsExcluded && AbsentUntil <= now;

    public bool HasRoom(TimeSpan now) => InFlight < Window && BusyUntil <= now && IsUsable(now);

    /// <summary>It has sent a block: promptly, and it may have more requests; or not, and fewer will do.</summary>
    /// <param name="now">When the block was there.</param>
    /// <param name="requested">When it was asked.</param>
    public void Reward(TimeSpan now, TimeSpan requested)
    {
        Received++;
        Failures = 0;
        Absences = 0;
        BusyDelay = TimeSpan.Zero;
        LastReceived = now;
        Guesses = DownloadLimits.GuessesInRow;
        Window = now - requested <= DownloadLimits.RequestTimeout / PromptPart
            ? Math.Min(Window + 1, DownloadLimits.RequestsPerPeer)
            : Math.Max(1, Window - 1);
    }

    /// <summary>It is too busy to answer.</summary>
    public void BackOff(TimeSpan now)
    {
        if (now < BusyUntil)
        {
            // Another of the requests that were in flight together.
            return;
        }

        TimeSpan delay = BusyDelay == TimeSpan.Zero ? DownloadLimits.BusyDelay : BusyDelay * 2;
        BusyDelay = delay < DownloadLimits.RequestTimeout ? delay : DownloadLimits.RequestTimeout;
        BusyUntil = now + BusyDelay;
        Window = 1;
    }

    /// <summary>It has answered, though not with a block.</summary>
    public void Answer() => Failures = 0;

    /// <summary>
    /// A request has failed: fewer at once may do better. Those that were in flight together count as one failure.
    /// </summary>
    /// <returns>Whether it fails too often, and is left alone for a time.</returns>
    public bool Fail(TimeSpan now, TimeSpan requested)
    {
        if (requested < LastFailed)
        {
            return false;
        }

        LastFailed = now;
        Window = Math.Max(1, Window / 2);
        if (++Failures < DownloadLimits.FailuresInRow)
        {
            return false;
        }

        const int longest = 6;
        AbsentUntil = now + (DownloadLimits.ServerEntryTime * (1 << Math.Min(Absences++, longest)));
        Failures = 0;
        return true;
    }

    /// <summary>It may be asked again at once: nobody else is left.</summary>
    public void Return()
    {
        AbsentUntil = TimeSpan.Zero;
        BusyUntil = TimeSpan.Zero;
        Failures = 0;
    }
}
