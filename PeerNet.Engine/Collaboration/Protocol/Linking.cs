using System.Net;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>How links come up, which of two is kept, and how they end (PROTOCOL.md 4 and 5).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="links">The links.</param>
/// <param name="sending">Sends.</param>
/// <param name="pinging">Finds out whether somebody is still there.</param>
/// <param name="meeting">The greeting.</param>
/// <param name="dialing">Calls.</param>
/// <param name="watching">What others show.</param>
/// <param name="inviting">Invitations.</param>
internal sealed class Linking(
    CollaborationContext context,
    LinkTable links,
    Sending sending,
    Pinging pinging,
    Meeting meeting,
    Dialing dialing,
    Watching watching,
    Inviting inviting)
{
    /// <summary>Takes a message on a link that is up; false where it ends the link.</summary>
    public required Func<Moment, Link, CollaborationMessage?, bool> Take { get; init; }

    /// <summary>Whether this node wants to be linked with a person.</summary>
    public required Func<string, bool> IsWanted { get; init; }

    /// <summary>TLS has secured a connection.</summary>
    public void Connected(Moment now, NewLink start)
    {
        if (start.Call is { } call)
        {
            dialing.Connected(now, call);
        }

        if (context.Own is null || !IsReachable(start) || !IsPinned(start) || !links.HasPlace(start))
        {
            context.Do(new CollaborationEffect.Close(start.Id));
            if (start.Call is not null)
            {
                dialing.Lost(now, start.Name.Authority, wasUp: false);
            }

            return;
        }

        var link = new Link(start, meeting.NewNonce()) { LastRead = now.Elapsed, LastNeeded = now.Elapsed };
        links.Add(link);
        meeting.Begin(now, link);
    }

    /// <summary>A message has arrived, without the length before it.</summary>
    public void Received(Moment now, int id, ReadOnlySpan<byte> bytes)
    {
        if (links.Find(id) is not { } link)
        {
            return;
        }

        Pinging.Heard(now, link);
        if (!CollaborationMessage.TryRead(bytes, out CollaborationMessage? message) || link.IsChoked)
        {
            Close(now, link);
        }
        else if (link.IsUp)
        {
            if (!Take(now, link, message))
            {
                Close(now, link);
            }
        }
        else if (!meeting.Take(now, link, message))
        {
            Close(now, link);
        }
        else if (link.IsUp)
        {
            Enter(now, link);
        }
    }

    /// <summary>What was sent last on a link has been taken.</summary>
    public void Drained(Moment now, int id)
    {
        if (links.Find(id) is { } link)
        {
            sending.Drained(now, link);
        }
    }

    /// <summary>A link has ended.</summary>
    public void Lost(Moment now, int id)
    {
        if (links.Find(id) is { } link)
        {
            Forget(now, link);
        }
    }

    /// <summary>A time of a link has come.</summary>
    public void Fire(Moment now, CollaborationTimer timer)
    {
        if (links.Find(timer.Link) is { } link)
        {
            Fire(now, timer.Kind, link);
        }
    }

    /// <summary>Closes links that are not to be any more, each after a last word.</summary>
    public void CloseWhere(Moment now, Func<Link, bool> condition)
    {
        foreach (Link link in links.All.Where(condition).ToArray())
        {
            sending.SayLast(now, link);
            Close(now, link);
        }
    }

    /// <summary>Whether somebody may be linked where this node is signed in.</summary>
    public bool IsReachable(NewLink start) => start.IsOnLink
        ? context.Scope != PeerCollaborationScope.None
        : context.IsOnInternet;

    private void Fire(Moment now, TimerKind kind, Link link)
    {
        switch (kind)
        {
            case TimerKind.Greeting when !link.IsUp:
                Close(now, link);
                break;
            case TimerKind.SubscriberGone:
                sending.Unsubscribe(now, link);
                break;
            case TimerKind.Liveness:
                if (!pinging.Check(now, link))
                {
                    Close(now, link);
                }

                break;
            case TimerKind.Idle:
                CheckNeed(now, link);
                break;
        }
    }

    // A link is up. There may be another one to the same endpoint: both ends keep the same of the two.
    private void Enter(Moment now, Link link)
    {
        Link? rival = links.FindOther(link);
        if (rival is not null && !IsKept(link, rival))
        {
            // The greeting's end has left, by which the other side knows what to close.
            Close(now, link);
            pinging.Suspect(now, rival);
            return;
        }

        watching.Connected(now, link, ListenerOf(link));
        while (rival is not null && (link.IsCaller || rival.IsCaller))
        {
            // The endpoint never was without a link: what is known of it stays.
            Close(now, rival);
            rival = links.FindOther(link);
        }

        if (rival is not null)
        {
            // Which of two calls is the newer one only the caller knows; one of before its restart does not live.
            pinging.Suspect(now, rival);
        }

        pinging.Begin(now, link);
        context.Timers.Set(new(TimerKind.Idle, link.Id), now.Elapsed + CollaborationLimits.IdleTime);
        dialing.Reached(now, link.Authority);
        inviting.Connected(now, link);
        if (ListenerOf(link) is { } listener && context.ContactOf(link.Authority) is not null)
        {
            context.Do(new CollaborationEffect.Remember(link.Authority, [listener]));
        }
    }

    private bool IsNeeded(Moment now, Link link) => IsWanted(link.Authority) || link.SubscribedUntil > now.Elapsed;

    private void CheckNeed(Moment now, Link link)
    {
        TimeSpan needed = IsNeeded(now, link) ? now.Elapsed : link.LastNeeded;
        link.LastNeeded = needed;
        if (now.Elapsed - needed >= CollaborationLimits.IdleTime)
        {
            Close(now, link);
        }
        else
        {
            context.Timers.Set(new(TimerKind.Idle, link.Id), needed + CollaborationLimits.IdleTime);
        }
    }

    private void Close(Moment now, Link link)
    {
        context.Do(new CollaborationEffect.Close(link.Id));
        Forget(now, link);
    }

    private void Forget(Moment now, Link link)
    {
        links.Remove(link);
        foreach (TimerKind kind in new[] { TimerKind.Greeting, TimerKind.Liveness, TimerKind.Idle, TimerKind.SubscriberGone })
        {
            context.Timers.Cancel(new(kind, link.Id));
        }

        watching.Disconnected(now, link);
        if (link.IsUp && links.FindOther(link) is { } other && watching.Find(link.Endpoint)?.Link is null)
        {
            // There were two, and this was the one in use.
            watching.Connected(now, other, ListenerOf(other));
        }

        dialing.Lost(now, link.Authority, link.IsUp);
    }

    private bool IsPinned(NewLink start) =>
        context.ContactOf(start.Name.Authority) is not { } contact || contact.Key.AsSpan().SequenceEqual(start.Key);

    // Both ends come to the same: of two callers the smaller one. Of two calls of this node it is the newer.
    private bool IsKept(Link link, Link rival)
    {
        if (link.IsCaller == rival.IsCaller)
        {
            return !link.IsCaller || link.Start.Call > rival.Start.Call;
        }

        bool isOwnSmaller = context.Own!.EndpointKey.CompareTo(link.Endpoint) < 0;
        return link.IsCaller == isOwnSmaller;
    }

    private static IPEndPoint? ListenerOf(Link link) =>
        link.RemoteHello is { Port: > 0 and var port } ? new IPEndPoint(link.Start.Remote.Address, port) : null;
}
