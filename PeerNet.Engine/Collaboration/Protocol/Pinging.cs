using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>Whether somebody is still there (PROTOCOL.md 4.5).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="links">The links.</param>
/// <param name="sending">Sends.</param>
internal sealed class Pinging(CollaborationContext context, LinkTable links, Sending sending)
{
    private TimeSpan? _clockLead;

    /// <summary>Whether the machine has slept since it was asked last: then nobody knows who is still there. The clock that
    /// never goes back stands still while some machines sleep; the wall's does not.</summary>
    public bool HasSlept(Moment now)
    {
        TimeSpan lead = TimeSpan.FromTicks(now.Utc.UtcTicks) - now.Elapsed;
        TimeSpan due = context.Timers.NextDue;
        bool hasSlept = _clockLead is { } former && lead - former >= CollaborationLimits.Sleep;
        bool isLate = due != TimeSpan.MaxValue && now.Elapsed - due >= CollaborationLimits.Sleep;
        _clockLead = lead;
        return hasSlept || isLate;
    }

    /// <summary>A link is up, and is listened to from now on.</summary>
    public void Begin(Moment now, Link link) => context.Timers.Set(TimerOf(link), now.Elapsed + CollaborationLimits.PingAfter);

    /// <summary>Something was read.</summary>
    public static void Heard(Moment now, Link link) => (link.LastRead, link.PingDeadline) = (now.Elapsed, null);

    /// <summary>Pings where nothing was read for long.</summary>
    /// <returns>False where nobody has answered.</returns>
    public bool Check(Moment now, Link link)
    {
        if (link.PingDeadline is { } deadline && deadline <= now.Elapsed)
        {
            return false;
        }

        TimeSpan due = link.LastRead + CollaborationLimits.PingAfter;
        if (due <= now.Elapsed)
        {
            Ping(now, link, CollaborationLimits.PingPatience);
        }
        else
        {
            context.Timers.Set(TimerOf(link), due);
        }

        return true;
    }

    /// <summary>Perhaps nobody is there any more on any link: that is to be known soon.</summary>
    public void SuspectAll(Moment now)
    {
        foreach (Link link in links.All.Where(link => link.IsUp).ToArray())
        {
            Ping(now, link, CollaborationLimits.PatienceAfterSleep);
        }
    }

    /// <summary>The same for one link, of which an answer may be awaited sooner already.</summary>
    public void Suspect(Moment now, Link link)
    {
        // A host that is up again answers for a process that is gone, but only to what it hears.
        TimeSpan? former = link.PingDeadline;
        Ping(now, link, CollaborationLimits.PatienceAfterSleep);
        if (former < link.PingDeadline)
        {
            link.PingDeadline = former;
            context.Timers.Set(TimerOf(link), former.Value);
        }
    }

    private void Ping(Moment now, Link link, TimeSpan patience)
    {
        link.PingDeadline = now.Elapsed + patience;
        link.Queue(new CollaborationMessage.Ping(context.Random.NextUInt32()));
        context.Timers.Set(TimerOf(link), link.PingDeadline.Value);
        sending.Flush(now, link);
    }

    private static CollaborationTimer TimerOf(Link link) => new(TimerKind.Liveness, link.Id);
}
