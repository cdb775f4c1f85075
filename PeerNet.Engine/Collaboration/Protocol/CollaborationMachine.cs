using System.Net;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>
/// One node's collaboration: its links, which of them are needed, and the parts that the messages go to (PROTOCOL.md). Input
/// and time in, effects out; nothing in it waits, and it is not made for several threads at once.
/// </summary>
internal sealed class CollaborationMachine : IMachine<CollaborationEffect>
{
    private readonly CollaborationContext _context;
    private readonly LinkTable _links;
    private readonly Sending _sending;
    private readonly Pinging _pinging;
    private readonly Meeting _meeting;
    private readonly Dialing _dialing;
    private TimeSpan? _clockLead;

    /// <param name="random">Chance.</param>
    public CollaborationMachine(IRandomSource random)
    {
        _context = new(random);
        _links = new(_context);
        Shown = new(_context);
        _sending = new(_context, _links, Shown);
        _pinging = new(_context, _links, _sending);
        _meeting = new(_context, _sending);
        People = new(_context, Shown);
        Watching = new(_context, _sending.Flush);
        Inviting = new(_context, _links.With, _sending.Flush);
        _dialing = new(_context, People, _links.With) { Unreachable = OnUnreachable };
    }

    /// <summary>Who is on the link.</summary>
    public NearbyPeople People { get; }

    /// <summary>What this endpoint shows.</summary>
    public Publications Shown { get; }

    /// <summary>What others show.</summary>
    public Watching Watching { get; }

    /// <summary>Invitations.</summary>
    public Inviting Inviting { get; }

    /// <summary>This node; null while it is signed in nowhere.</summary>
    public OwnEndpoint? Own => _context.Own;

    /// <summary>Where this node is signed in.</summary>
    public PeerCollaborationScope Scope => _context.Scope;

    /// <summary>The links, for those who count.</summary>
    public IReadOnlyCollection<Link> Links => _links.All;

    /// <summary>What has been sent on all links.</summary>
    public (long Batches, long Bytes) Sent => _sending.Sent;

    /// <summary>When <see cref="Advance"/> is wanted; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDue => _context.Timers.NextDue;

    /// <summary>Takes what is to be done since the last call.</summary>
    public IReadOnlyList<CollaborationEffect> TakeEffects() => _context.TakeEffects();

    /// <summary>Does what has come due.</summary>
    public void Advance(Moment now)
    {
        NoticeSleep(now);
        while (_context.Timers.TryTake(now.Elapsed, out CollaborationTimer timer))
        {
            Fire(now, timer);
        }
    }

    /// <summary>Signs in, or in at one more scope.</summary>
    public void SignIn(Moment now, OwnEndpoint own, PeerCollaborationScope scope)
    {
        PeerCollaborationScope added = scope & ~_context.Scope;
        _context.Own = own;
        _context.Scope |= scope;
        if (added.HasFlag(PeerCollaborationScope.NearMe))
        {
            People.Enter(now);
        }

        _sending.ShowAgain(now, _links.All);
        foreach (KnownContact contact in _context.Contacts.Values.Where(contact => !contact.IsBlocked))
        {
            _dialing.Want(now, contact.Name.Authority);
        }
    }

    /// <summary>Signs out of a scope.</summary>
    public void SignOut(Moment now, PeerCollaborationScope scope)
    {
        PeerCollaborationScope ended = scope & _context.Scope;
        if (ended == PeerCollaborationScope.None)
        {
            return;
        }

        bool isLast = (_context.Scope & ~ended) == PeerCollaborationScope.None;
        if (isLast)
        {
            Inviting.End(now, authority: null);
        }

        if (ended.HasFlag(PeerCollaborationScope.NearMe))
        {
            People.Leave(now);
        }

        _context.Scope &= ~ended;
        foreach (Link link in _links.All.Where(link => isLast || !IsReachable(link.Start)).ToArray())
        {
            _sending.SayLast(now, link);
            Close(now, link);
        }

        _sending.ShowAgain(now, _links.All);
        if (isLast)
        {
            _dialing.LeaveAll();
            Shown.RemoveObjects();
            _context.Own = null;
        }
    }

    /// <summary>Changes what is said of the person.</summary>
    public void SetPresence(Moment now, PeerPresenceStatus status, string text, string endpointName, string displayName)
    {
        bool wasHidden = Shown.Status == PeerPresenceStatus.Offline;
        bool isRenamed = (Shown.EndpointName, Shown.DisplayName) != (endpointName, displayName);
        if (!Shown.Set(now, status, text, endpointName, displayName))
        {
            return;
        }

        if (isRenamed && _context.IsNear)
        {
            People.Change(now);
        }

        if (wasHidden != (status == PeerPresenceStatus.Offline))
        {
            _sending.ShowAgain(now, _links.All);
        }
        else
        {
            _sending.Changed(now, ItemKey.Presence);
        }
    }

    /// <summary>Shows an object or an application, or another one of its id.</summary>
    public void Show(Moment now, PublishedItem item, PeerCollaborationScope scope)
    {
        Shown.Set(item, scope);
        _sending.Changed(now, item.Key);
    }

    /// <summary>Shows an object or an application no more.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Hide(Moment now, ItemKey key)
    {
        bool wasThere = Shown.Remove(key);
        _sending.Changed(now, key);
        return wasThere;
    }

    /// <summary>A contact was added or changed.</summary>
    public void SetContact(Moment now, KnownContact contact)
    {
        string authority = contact.Name.Authority;
        _context.Contacts[authority] = contact;
        if (contact.IsBlocked)
        {
            Inviting.End(now, authority);
        }

        Reconsider(now, authority);
    }

    /// <summary>A contact was removed.</summary>
    public void RemoveContact(Moment now, string authority)
    {
        if (_context.Contacts.Remove(authority))
        {
            Reconsider(now, authority);
        }
    }

    /// <summary>TLS has secured a connection.</summary>
    public void Connected(Moment now, NewLink start)
    {
        if (start.Call is { } call)
        {
            _dialing.Connected(now, call);
        }

        if (_context.Own is null || !IsReachable(start) || !IsPinned(start) || !_links.HasPlace(start))
        {
            _context.Do(new CollaborationEffect.Close(start.Id));
            if (start.Call is not null)
            {
                _dialing.Lost(now, start.Name.Authority, wasUp: false);
            }

            return;
        }

        var link = new Link(start, _meeting.NewNonce()) { LastRead = now.Elapsed, LastNeeded = now.Elapsed };
        _links.Add(link);
        _meeting.Begin(now, link);
    }

    /// <summary>A message has arrived, without the length before it.</summary>
    public void Received(Moment now, int id, ReadOnlySpan<byte> bytes)
    {
        if (_links.Find(id) is not { } link)
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
            Take(now, link, message);
        }
        else if (!_meeting.Take(now, link, message))
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
        if (_links.Find(id) is { } link)
        {
            _sending.Drained(now, link);
        }
    }

    /// <summary>A link has ended.</summary>
    public void Lost(Moment now, int id)
    {
        if (_links.Find(id) is { } link)
        {
            Forget(now, link);
        }
    }

    /// <summary>Nobody, or somebody else, answered a call.</summary>
    public void CallFailed(Moment now, int call, bool isSomebodyElse) => _dialing.CallFailed(now, call, isSomebodyElse);

    /// <summary>Where a person's endpoints are, as far as the name tells.</summary>
    public void Found(Moment now, string authority, IReadOnlyList<IPEndPoint> endpoints) =>
        _dialing.Found(now, authority, endpoints);

    /// <summary>Somebody on the link has announced an endpoint.</summary>
    public void Announced(Moment now, Announcement said)
    {
        if (People.Announced(now, said) && !IsLinked(said.Key))
        {
            _dialing.Announced(now, said);
        }
    }

    /// <summary>The addresses of this machine have changed.</summary>
    public void NetworkChanged(Moment now)
    {
        if (_context.IsNear)
        {
            People.Change(now);
            People.Ask();
        }

        _dialing.NetworkChanged(now);
        _pinging.SuspectAll(now);
    }

    /// <summary>The user wants to know all that an endpoint shows.</summary>
    /// <param name="now">When.</param>
    /// <param name="request">The number that the answer repeats.</param>
    /// <param name="key">The endpoint.</param>
    /// <param name="name">The person's peer name.</param>
    public void Refresh(Moment now, int request, EndpointKey key, PeerName name)
    {
        RemoteEndpoint endpoint = Watching.GetOrAdd(key, name);
        Watching.Refresh(now, endpoint, request);
        if (endpoint.Link is null)
        {
            _dialing.Want(now, key.Authority, endpoint.Addresses);
        }
    }

    /// <summary>A request is waited for no more.</summary>
    public void Abandon(Moment now, int request) => Watching.Abandon(request);

    /// <summary>The user wants an endpoint's changes pushed, or no more.</summary>
    public void Subscribe(Moment now, EndpointKey key, PeerName name, bool isWanted)
    {
        RemoteEndpoint endpoint = Watching.GetOrAdd(key, name);
        endpoint.IsSubscribed = isWanted;
        Watching.Settle(now, endpoint);
        Reconsider(now, key.Authority);
    }

    /// <summary>The user wants an endpoint to be forgotten.</summary>
    public void Forget(Moment now, EndpointKey key)
    {
        if (Watching.Find(key) is { } endpoint)
        {
            Watching.Forget(now, endpoint);
            Reconsider(now, key.Authority);
        }
    }

    /// <summary>Invites.</summary>
    /// <returns>False where too many invitations wait already.</returns>
    public bool Invite(Moment now, PeerInvitation draft, TimeSpan lifetime)
    {
        if (!Inviting.Send(now, draft, lifetime))
        {
            return false;
        }

        string authority = PeerName.Parse(draft.Contact).Authority;
        if (_links.With(authority).Count == 0)
        {
            _dialing.Want(now, authority);
        }

        return true;
    }

    private void Fire(Moment now, CollaborationTimer timer)
    {
        switch (timer.Kind)
        {
            case TimerKind.Announce or TimerKind.AnswerProbes:
                People.Announce(now);
                break;
            case TimerKind.PersonGone:
                People.Expire(new(timer.Person!, timer.Id));
                break;
            case TimerKind.Reach when IsWanted(timer.Person!):
                _dialing.Try(now, timer.Person!);
                break;
            case TimerKind.Reach:
                _dialing.Leave(timer.Person!);
                break;
            case TimerKind.Renew:
                Watching.Renew(now, new(timer.Person!, timer.Id));
                break;
            case TimerKind.InvitationExpired:
                Inviting.Expire(now, timer.Id);
                break;
            default:
                if (_links.Find(timer.Link) is { } link)
                {
                    Fire(now, timer.Kind, link);
                }

                break;
        }
    }

    private void Fire(Moment now, TimerKind kind, Link link)
    {
        switch (kind)
        {
            case TimerKind.Greeting when !link.IsUp:
                Close(now, link);
                break;
            case TimerKind.SubscriberGone:
                link.SubscribedUntil = null;
                link.LastNeeded = now.Elapsed;
                break;
            case TimerKind.Liveness:
                if (!_pinging.Check(now, link))
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
        Link? rival = _links.FindOther(link);
        if (rival is not null && !IsKept(link, rival))
        {
            // The greeting's end has left, by which the other side knows what to close.
            Close(now, link);
            _pinging.Suspect(now, rival);
            return;
        }

        Watching.Connected(now, link, ListenerOf(link));
        while (rival is not null && (link.IsCaller || rival.IsCaller))
        {
            // The endpoint never was without a link: what is known of it stays.
            Close(now, rival);
            rival = _links.FindOther(link);
        }

        if (rival is not null)
        {
            // Which of two calls is the newer one only the caller knows; one of before its restart does not live.
            _pinging.Suspect(now, rival);
        }

        _pinging.Begin(now, link);
        _context.Timers.Set(new(TimerKind.Idle, link.Id), now.Elapsed + CollaborationLimits.IdleTime);
        _dialing.Reached(now, link.Authority);
        Inviting.Connected(now, link);
        if (ListenerOf(link) is { } listener && _context.ContactOf(link.Authority) is not null)
        {
            _context.Do(new CollaborationEffect.Remember(link.Authority, [listener]));
        }
    }

    private void Take(Moment now, Link link, CollaborationMessage? message)
    {
        switch (message)
        {
            case CollaborationMessage.Query query:
                _sending.Answer(now, link, query.Request);
                break;
            case CollaborationMessage.Subscribe subscribe:
                link.SubscribedUntil = now.Elapsed + TimeSpan.FromSeconds(subscribe.Lifetime);
                _context.Timers.Set(new(TimerKind.SubscriberGone, link.Id), link.SubscribedUntil.Value);
                _sending.Answer(now, link, subscribe.Request);
                break;
            case CollaborationMessage.Unsubscribe:
                (link.SubscribedUntil, link.LastNeeded) = (null, now.Elapsed);
                _context.Timers.Cancel(new(TimerKind.SubscriberGone, link.Id));
                break;
            case CollaborationMessage.Publish publish:
                Watching.Published(now, link, publish.Item);
                break;
            case CollaborationMessage.Complete complete:
                Watching.Completed(now, link, complete.Request);
                break;
            case CollaborationMessage.Invite invite:
                Inviting.Invited(now, link, invite, NameOf(link));
                break;
            case CollaborationMessage.Respond respond:
                Inviting.Responded(now, link, respond);
                break;
            case CollaborationMessage.Confirm confirm:
                Inviting.Confirmed(now, link, confirm);
                break;
            case CollaborationMessage.Cancel cancel:
                Inviting.Cancelled(now, link, cancel);
                break;
            case CollaborationMessage.Ping ping:
                link.Reply(new CollaborationMessage.Pong(ping.Token));
                _sending.Flush(now, link);
                break;
            case CollaborationMessage.Hello or CollaborationMessage.Reveal:
                Close(now, link);
                break;
        }
    }

    // What this node wants of a person, and shows to him, has changed.
    private void Reconsider(Moment now, string authority)
    {
        IReadOnlyList<Link> linked = _links.With(authority);
        _sending.ShowAgain(now, linked);
        foreach (Link link in linked)
        {
            link.LastNeeded = now.Elapsed;
        }

        foreach (RemoteEndpoint endpoint in Watching.Of(authority).ToArray())
        {
            Watching.Settle(now, endpoint);
        }

        if (!IsWanted(authority))
        {
            _dialing.Leave(authority);
        }
        else if (!_dialing.IsCalling(authority))
        {
            _dialing.Want(now, authority);
        }
    }

    private bool IsWanted(string authority) => _context.ContactOf(authority) is { } contact
        ? !contact.IsBlocked
        : Inviting.Needs(authority) || Watching.Of(authority).Any(endpoint => endpoint.IsSubscribed || endpoint.Waiting.Count > 0);

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
            _context.Timers.Set(new(TimerKind.Idle, link.Id), needed + CollaborationLimits.IdleTime);
        }
    }

    // The clock that never goes back stands still while some machines sleep; the wall's does not.
    private void NoticeSleep(Moment now)
    {
        TimeSpan lead = TimeSpan.FromTicks(now.Utc.UtcTicks) - now.Elapsed;
        bool hasSlept = _clockLead is { } former && lead - former >= CollaborationLimits.Sleep;
        bool isLate = NextDue != TimeSpan.MaxValue && now.Elapsed - NextDue >= CollaborationLimits.Sleep;
        _clockLead = lead;
        if (hasSlept || isLate)
        {
            NetworkChanged(now);
        }
    }

    private void Close(Moment now, Link link)
    {
        _context.Do(new CollaborationEffect.Close(link.Id));
        Forget(now, link);
    }

    private void Forget(Moment now, Link link)
    {
        _links.Remove(link);
        foreach (TimerKind kind in new[] { TimerKind.Greeting, TimerKind.Liveness, TimerKind.Idle, TimerKind.SubscriberGone })
        {
            _context.Timers.Cancel(new(kind, link.Id));
        }

        Watching.Disconnected(now, link);
        if (link.IsUp && _links.FindOther(link) is { } other && Watching.Find(link.Endpoint)?.Link is null)
        {
            // There were two, and this was the one in use.
            Watching.Connected(now, other, ListenerOf(other));
        }

        _dialing.Lost(now, link.Authority, link.IsUp);
    }

    private void OnUnreachable(Moment now, string authority, RefreshFailure failure)
    {
        foreach (RemoteEndpoint endpoint in Watching.Of(authority).Where(endpoint => endpoint.Link is null).ToArray())
        {
            Watching.Unreachable(endpoint, failure);
        }
    }

    private bool IsLinked(EndpointKey key) => _links.With(key.Authority).Any(link => link.Endpoint == key);

    private bool IsReachable(NewLink start) => start.IsOnLink
        ? _context.Scope != PeerCollaborationScope.None
        : _context.IsOnInternet;

    private bool IsPinned(NewLink start) =>
        _context.ContactOf(start.Name.Authority) is not { } contact || contact.Key.AsSpan().SequenceEqual(start.Key);

    // Both ends come to the same: of two callers the smaller one. Of two calls of this node it is the newer.
    private bool IsKept(Link link, Link rival)
    {
        if (link.IsCaller == rival.IsCaller)
        {
            return !link.IsCaller || link.Start.Call > rival.Start.Call;
        }

        bool isOwnSmaller = _context.Own!.EndpointKey.CompareTo(link.Endpoint) < 0;
        return link.IsCaller == isOwnSmaller;
    }

    private static IPEndPoint? ListenerOf(Link link) =>
        link.RemoteHello is { Port: > 0 and var port } ? new IPEndPoint(link.Start.Remote.Address, port) : null;

    private string NameOf(Link link) => Watching.Find(link.Endpoint) is { } endpoint && Watching.Describe(endpoint).DisplayName is { Length: > 0 } name
        ? name
        : People.Find(link.Endpoint)?.DisplayName ?? "";
}
