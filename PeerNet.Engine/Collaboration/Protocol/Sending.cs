using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What leaves on links: one write at a time, what was said first, then what has changed for those who are told of
/// changes (PROTOCOL.md 4.3).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="links">The links.</param>
/// <param name="shown">What this endpoint shows.</param>
internal sealed class Sending(CollaborationContext context, LinkTable links, Publications shown)
{
    /// <summary>What has been sent on all links.</summary>
    public (long Batches, long Bytes) Sent { get; private set; }

    /// <summary>Tells all that this endpoint shows, and that this was the answer.</summary>
    public void Answer(Moment now, Link link, uint request)
    {
        link.LastNeeded = now.Elapsed;
        ChangeAll(link);
        link.QueueAfter(new CollaborationMessage.Complete(request));
        Flush(now, link);
    }

    /// <summary>Somebody wants all changes pushed, for a time.</summary>
    public void Subscribe(Moment now, Link link, CollaborationMessage.Subscribe subscribe)
    {
        link.SubscribedUntil = now.Elapsed + TimeSpan.FromSeconds(subscribe.Lifetime);
        context.Timers.Set(new(TimerKind.SubscriberGone, link.Id), link.SubscribedUntil.Value);
        Answer(now, link, subscribe.Request);
    }

    /// <summary>He wants them no more, or has not said so again in time.</summary>
    public void Unsubscribe(Moment now, Link link)
    {
        (link.SubscribedUntil, link.LastNeeded) = (null, now.Elapsed);
        context.Timers.Cancel(new(TimerKind.SubscriberGone, link.Id));
    }

    /// <summary>Sends what a link has to send, unless a write is on its way.</summary>
    public void Flush(Moment now, Link link)
    {
        if (!link.IsWriting && links.Find(link.Id) is not null)
        {
            SendNext(now, link);
        }
    }

    /// <summary>What was sent last has been taken.</summary>
    public void Drained(Moment now, Link link)
    {
        link.IsWriting = false;
        Flush(now, link);
    }

    /// <summary>What was taken back must be known before the link closes, though a write is on its way.</summary>
    public void SayLast(Moment now, Link link)
    {
        if (link.IsWriting && link.IsUp)
        {
            SendNext(now, link);
        }
    }

    /// <summary>Something that is shown has changed.</summary>
    public void Changed(Moment now, ItemKey key)
    {
        foreach (Link link in links.All.Where(link => link.SubscribedUntil is not null))
        {
            link.Changed.Add(key);
            Flush(now, link);
        }
    }

    /// <summary>Who may see what has changed: everything is looked at again.</summary>
    public void ShowAgain(Moment now, IEnumerable<Link> to)
    {
        foreach (Link link in to.Where(link => link.SubscribedUntil is not null))
        {
            ChangeAll(link);
            Flush(now, link);
        }
    }

    private void ChangeAll(Link link)
    {
        link.Changed.UnionWith(shown.Keys);
        link.Changed.UnionWith(link.Shown);
    }

    private void SendNext(Moment now, Link link)
    {
        ReadOnlyMemory<byte> batch = link.TakeBatch(key => shown.Frame(now, link, key));
        if (batch.Length > 0)
        {
            link.IsWriting = true;
            Sent = (Sent.Batches + 1, Sent.Bytes + batch.Length);
            context.Do(new CollaborationEffect.Send(link.Id, batch));
        }
    }
}
