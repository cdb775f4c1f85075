using System.Net;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>
/// One node's collaboration: links, greeting and liveness, and the parts that the messages go to (PROTOCOL.md). Input and time
/// in, effects out; nothing in it waits, and it is not made for several threads at once.
/// </summary>
internal sealed class CollaborationMachine : IMachine<CollaborationEffect>
{
    private readonly CollaborationContext _context;
    private readonly LinkTable _links;
    private TimeSpan? _clockLead;

    /// <param name="random">Chance.</param>
    public CollaborationMachine(IRandomSource random)
    {
        _context = new(random);
        _links = new(_context);
        Shown = new(_context);
        People = new(_context, Shown);
        Watching = new(_context, Flush);
        Inviting = new(_context, _links.With, Flush);
        Dialing = new(_context, People, _links.With) { Unreachable = OnUnreachable };
    }

    /// <summary>Who is on the link.</summary>
    public NearbyPeople People { get; }

    /// <summary>What this endpoint shows.</summary>
    public Publications Shown { get; }

    /// <summary>What others show.</summary>
    public Watching Watching { get; }

    /// <summary>Invitations.</summary>
    public Inviting Inviting { get; }

    /// <summary>Being in touch.</summary>
    private Dialing Dialing { get; }

    /// <summary>This node; null while it is signed in nowhere.</summary>
    public OwnEndpoint? Own => _context.Own;

    /// <summary>Where this node is signed in.</summary>
    public PeerCollaborationScope Scope => _context.Scope;

    /// <summary>The links, for those who count.</summary>
    public IReadOnlyCollection<Link> Links => _links.All;

    /// <summary>What has been sent on all links.</summary>
    public (long Batches, long Bytes) Sent { get; private set; }

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

        ShowAgain(now, _links.All);
        foreach (KnownContact contact in _context.Contacts.Values.Where(contact => !contact.IsBlocked))
        {
            Dialing.Want(now, contact.Name.Authority);
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
            SayLast(now, link);
            Close(now, link);
        }

        ShowAgain(now, _links.All);
        if (isLast)
        {
            Dialing.LeaveAll();
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
            ShowAgain(now, _links.All);
        }
        else
        {
            ShowChanged(now, ItemKey.Presence);
        }
    }

    /// <summary>Shows an object or an application, or another one of its id.</summary>
    public void Show(Moment now, PublishedItem item, PeerCollaborationScope scope)
    {
        Shown.Set(item, scope);
        ShowChanged(now, item.Key);
    }

    /// <summary>Shows an object or an application no more.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Hide(Moment now, ItemKey key)
    {
        bool wasThere = Shown.Remove(key);
        ShowChanged(now, key);
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
            Dialing.Connected(now, call);
        }

        if (_context.Own is null || !IsReachable(start) || !IsPinned(start) || !_links.HasPlace(start))
        {
            _context.Do(new CollaborationEffect.Close(start.Id));
            if (start.Call is not null)
            {
                Dialing.Lost(now, start.Name.Authority, wasUp: false);
            }

            return;
        }

        byte[] nonce = new byte[Greeting.NonceLength];
        _context.Random.Fill(nonce);
        var link = new Link(start, nonce) { LastRead = now.Elapsed, LastNeeded = now.Elapsed };
        _links.Add(link);
        _context.Timers.Set(new(TimerKind.Greeting, link.Id), now.Elapsed + CollaborationLimits.GreetingTime);
        if (link.IsCaller)
        {
            link.Queue(HelloWith(Greeting.Commit(nonce, _context.Own.Key)));
            Flush(now, link);
        }
    }

    /// <summary>A message has arrived, without the length before it.</summary>
    public void Received(Moment now, int id, ReadOnlySpan<byte> bytes)
    {
        if (_links.Find(id) is not { } link)
        {
            return;
        }

        (link.LastRead, link.PingDeadline) = (now.Elapsed, null);
        if (!CollaborationMessage.TryRead(bytes, out CollaborationMessage? message) || link.IsChoked)
        {
            Close(now, link);
        }
        else if (link.IsUp)
        {
            Take(now, link, message);
        }
        else
        {
            Greet(now, link, message);
        }
    }

    /// <summary>What was sent last on a link has been taken.</summary>
    public void Drained(Moment now, int id)
    {
        if (_links.Find(id) is { } link)
        {
            link.IsWriting = false;
            Flush(now, link);
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
    public void CallFailed(Moment now, int call, bool isSomebodyElse) => Dialing.CallFailed(now, call, isSomebodyElse);

    /// <summary>Where a person's endpoints are, as far as the name tells.</summary>
    public void Found(Moment now, string authority, IReadOnlyList<IPEndPoint> endpoints) =>
        Dialing.Found(now, authority, endpoints);

    /// <summary>Somebody on the link has announced an endpoint.</summary>
    public void Announced(Moment now, Announcement said)
    {
        if (People.Announced(now, said) && !IsLinked(said.Key))
        {
            Dialing.Announced(now, said);
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

        Dialing.NetworkChanged(now);
        ProbeAll(now);
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
            Dialing.Want(now, key.Authority, endpoint.Addresses);
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
            Dialing.Want(now, authority);
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
                Dialing.Try(now, timer.Person!);
                break;
            case TimerKind.Reach:
                Dialing.Leave(timer.Person!);
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
                CheckLiveness(now, link);
                break;
            case TimerKind.Idle:
                CheckNeed(now, link);
                break;
        }
    }

    private void Greet(Moment now, Link link, CollaborationMessage? message)
    {
        switch (message)
        {
            case CollaborationMessage.Hello hello when link.RemoteHello is null && !IsOwn(link, hello):
                link.RemoteHello = hello;
                link.Queue(link.IsCaller ? new CollaborationMessage.Reveal(link.Nonce) : HelloWith(link.Nonce));
                if (link.IsCaller)
                {
                    Complete(now, link, link.Nonce, hello.Proof);
                }

                Flush(now, link);
                break;
            case CollaborationMessage.Reveal reveal when !link.IsCaller && link.RemoteHello is { } caller
                && Greeting.IsCommitted(reveal.Nonce, link.Start.Key, caller.Proof):
                Complete(now, link, reveal.Nonce, link.Nonce);
                Flush(now, link);
                break;
            default:
                Close(now, link);
                break;
        }
    }

    private void Complete(Moment now, Link link, byte[] callersNonce, byte[] calledNonce)
    {
        (byte[] caller, byte[] called) = link.IsCaller ? (Own!.Key, link.Start.Key) : (link.Start.Key, Own!.Key);
        link.AuthenticationString = Greeting.CreateString(caller, called, callersNonce, calledNonce);
        link.IsUp = true;
        _context.Timers.Cancel(new(TimerKind.Greeting, link.Id));
        Link? rival = _links.FindOther(link);
        if (rival is not null && !IsKept(link, rival))
        {
            // What is queued is the greeting's end, by which the other side knows what to close.
            Flush(now, link);
            Close(now, link);
            Suspect(now, rival);
            return;
        }

        Flush(now, link);
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
            Suspect(now, rival);
        }

        _context.Timers.Set(new(TimerKind.Liveness, link.Id), now.Elapsed + CollaborationLimits.PingAfter);
        _context.Timers.Set(new(TimerKind.Idle, link.Id), now.Elapsed + CollaborationLimits.IdleTime);
        Dialing.Reached(now, link.Authority);
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
                Answer(now, link, query.Request);
                break;
            case CollaborationMessage.Subscribe subscribe:
                link.SubscribedUntil = now.Elapsed + TimeSpan.FromSeconds(subscribe.Lifetime);
                _context.Timers.Set(new(TimerKind.SubscriberGone, link.Id), link.SubscribedUntil.Value);
                Answer(now, link, subscribe.Request);
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
                Flush(now, link);
                break;
            case CollaborationMessage.Hello or CollaborationMessage.Reveal:
                Close(now, link);
                break;
        }
    }

    private void Answer(Moment now, Link link, uint request)
    {
        link.LastNeeded = now.Elapsed;
        link.Changed.UnionWith(Shown.Keys);
        link.Changed.UnionWith(link.Shown);
        link.QueueAfter(new CollaborationMessage.Complete(request));
        Flush(now, link);
    }

    private void Flush(Moment now, Link link)
    {
        if (!link.IsWriting && _links.Find(link.Id) is not null)
        {
            SendNext(now, link);
        }
    }

    // What was taken back must be known before the link closes, though a write is on its way.
    private void SayLast(Moment now, Link link)
    {
        if (link.IsWriting && link.IsUp)
        {
            SendNext(now, link);
        }
    }

    private void SendNext(Moment now, Link link)
    {
        ReadOnlyMemory<byte> batch = link.TakeBatch(key => Shown.Frame(now, link, key));
        if (batch.Length > 0)
        {
            link.IsWriting = true;
            Sent = (Sent.Batches + 1, Sent.Bytes + batch.Length);
            _context.Do(new CollaborationEffect.Send(link.Id, batch));
        }
    }

    private void ShowChanged(Moment now, ItemKey key)
    {
        foreach (Link link in _links.All.Where(link => link.SubscribedUntil is not null))
        {
            link.Changed.Add(key);
            Flush(now, link);
        }
    }

    // Who may see what has changed: everything is looked at again.
    private void ShowAgain(Moment now, IEnumerable<Link> links)
    {
        foreach (Link link in links.Where(link => link.SubscribedUntil is not null))
        {
            link.Changed.UnionWith(Shown.Keys);
            link.Changed.UnionWith(link.Shown);
            Flush(now, link);
        }
    }

    // What this node wants of a person, and shows to him, has changed.
    private void Reconsider(Moment now, string authority)
    {
        IReadOnlyList<Link> linked = _links.With(authority);
        ShowAgain(now, linked);
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
            Dialing.Leave(authority);
        }
        else if (!Dialing.IsCalling(authority))
        {
            Dialing.Want(now, authority);
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

    private void CheckLiveness(Moment now, Link link)
    {
        if (link.PingDeadline is { } deadline && deadline <= now.Elapsed)
        {
            Close(now, link);
            return;
        }

        TimeSpan due = link.LastRead + CollaborationLimits.PingAfter;
        if (due <= now.Elapsed)
        {
            Probe(now, link, CollaborationLimits.PingPatience);
        }
        else
        {
            _context.Timers.Set(new(TimerKind.Liveness, link.Id), due);
        }
    }

    private void Probe(Moment now, Link link, TimeSpan patience)
    {
        link.PingDeadline = now.Elapsed + patience;
        link.Queue(new CollaborationMessage.Ping(_context.Random.NextUInt32()));
        _context.Timers.Set(new(TimerKind.Liveness, link.Id), link.PingDeadline.Value);
        Flush(now, link);
    }

    private void ProbeAll(Moment now)
    {
        foreach (Link link in _links.All.Where(link => link.IsUp).ToArray())
        {
            Probe(now, link, CollaborationLimits.PatienceAfterSleep);
        }
    }

    // Perhaps nobody is there any more: that is to be known soon.
    private void Suspect(Moment now, Link link)
    {
        // A host that is up again answers for a process that is gone, but only to what it hears.
        TimeSpan? former = link.PingDeadline;
        Probe(now, link, CollaborationLimits.PatienceAfterSleep);
        if (former < link.PingDeadline)
        {
            link.PingDeadline = former;
            _context.Timers.Set(new(TimerKind.Liveness, link.Id), former.Value);
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

        Dialing.Lost(now, link.Authority, link.IsUp);
    }

    private void OnUnreachable(Moment now, string authority, RefreshFailure failure)
    {
        foreach (RemoteEndpoint endpoint in Watching.Of(authority).Where(endpoint => endpoint.Link is null).ToArray())
        {
            Watching.Unreachable(endpoint, failure);
        }
    }

    private CollaborationMessage.Hello HelloWith(byte[] proof) =>
        new(Version: 1, _context.Own!.Id, _context.Own.Port, proof);

    private bool IsLinked(EndpointKey key) => _links.With(key.Authority).Any(link => link.Endpoint == key);

    private bool IsOwn(Link link, CollaborationMessage.Hello hello) =>
        new EndpointKey(link.Authority, hello.Endpoint) == _context.Own!.EndpointKey;

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
