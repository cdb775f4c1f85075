using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What time brings to connections: MS-PPGRH 3.1.6.1, 3.1.6.2.</summary>
internal sealed class LinkUpkeep(GraphCore core, GraphLinks links, Flooding flooding, ServedSynchronization serving)
{
    /// <summary>When there is something to do next.</summary>
    public TimeSpan Due
    {
        get
        {
            TimeSpan due = TimeSpan.MaxValue;
            foreach (GraphLink link in links.All)
            {
                due = Moment.Least(due, DueOf(link));
            }

            return due;
        }
    }

    public void Advance()
    {
        for (int i = links.All.Count - 1; i >= 0; i--)
        {
            // What is done for one link may end others.
            if (i < links.All.Count)
            {
                Advance(links.All[i]);
            }
        }
    }

    private void Advance(GraphLink link)
    {
        if (core.Elapsed >= link.Deadline)
        {
            // MS-PPGRH 3.1.6.1, 3.1.6.2
            bool isAuthenticated = link.State is LinkState.ConnectWait or LinkState.Authenticated;
            core.Count(isAuthenticated ? GraphDropReason.ConnectTimeout : GraphDropReason.NotAuthenticated);
            links.Drop(link, isAuthenticated ? ConnectionEnd.TimedOut : ConnectionEnd.NotAuthenticated);
            return;
        }

        if (core.Elapsed >= SilenceDue(link))
        {
            links.Drop(link, ConnectionEnd.Lost);
            return;
        }

        flooding.FlushHeld(link, core.Elapsed);
        if (core.Elapsed >= link.AckDue)
        {
            flooding.FlushAcks(link);
        }

        if (core.Elapsed >= PingDue(link))
        {
            links.Send(link, GraphLinks.Ping);
        }

        serving.Work(link);
    }

    private TimeSpan DueOf(GraphLink link)
    {
        if (serving.HasWork(link))
        {
            return core.Elapsed;
        }

        return Moment.Least(link.Deadline, link.AckDue, link.Held.Due, SilenceDue(link), PingDue(link));
    }

    private static TimeSpan PingDue(GraphLink link) => link.IsNeighbor ? link.LastSent + GraphOptions.KeepAlive : TimeSpan.MaxValue;

    /// <summary>When a connection is taken for dead: records are acknowledged, synchronizations go on, and who has nothing
    /// to say pings.</summary>
    private static TimeSpan SilenceDue(GraphLink link)
    {
        TimeSpan due = link.WaitingSince is { } since ? since + GraphOptions.SilenceLimit : TimeSpan.MaxValue;
        return link.Sync is { IsWaiting: true } ? Moment.Least(due, link.LastProgress + GraphOptions.SilenceLimit) : due;
    }
}
