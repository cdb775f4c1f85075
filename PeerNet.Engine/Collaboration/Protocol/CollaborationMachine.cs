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
    private readonly Dialing _dialing;
    private readonly Linking _linking;

    /// <param name="random">Chance.</param>
    public CollaborationMachine(IRandomSource random)
    {
        _context = new(random);
        _links = new(_context);
        Shown = new(_context);
        _sending = new(_context, _links, Shown);
        _pinging = new(_context, _links, _sending);
        People = new(_context, Shown);
        Watching = new(_context, _sending.Flush);
        Inviting = new(_context, _links.With, _sending.Flush);
        _dialing = new(_context, People, _links.With) { Unreachable = OnUnreachable };
        var meeting = new Meeting(_context, _sending);
        _linking = new(_context, _links, _sending, _pinging, meeting, _dialing, Watching, Inviting) { Take = Take, IsWanted = IsWanted };
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
        if (_pinging.HasSlept(now))
        {
            NetworkChanged(now);
        }

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
        _linking.CloseWhere(now, link => isLast || !_linking.IsReachable(link.Start));
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
    public void Connected(Moment now, NewLink start) => _linking.Connected(now, start);

    /// <summary>A message has arrived, without the length before it.</summary>
    public void Received(Moment now, int id, ReadOnlySpan<byte> bytes) => _linking.Received(now, id, bytes);

    /// <summary>What was sent last on a link has been taken.</summary>
    public void Drained(Moment now, int id) => _linking.Drained(now, id);

    /// <summary>A link has ended.</summary>
    public void Lost(Moment now, int id) => _linking.Lost(now, id);

    /// <summary>Nobody, or somebody else, answered a call.</summary>
    public void CallFailed(Moment now, int call, bool isSomebodyElse) => _dialing.CallFailed(now, call, isSomebodyElse);

    /// <summary>Where a person's endpoints are, as far as the name tells.</summary>
    public void Found(Moment now, string authority, IReadOnlyList<IPEndPoint> endpoints) =>
        _dialing.Found(now, authority, endpoints);

    /// <summary>Somebody on the link has announced an endpoint.</summary>
    public void Announced(Moment now, Announcement said)
    {
        if (People.Announced(now, said) && !_links.AreWith(said.Key))
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
                _linking.Fire(now, timer);
                break;
        }
    }

    private bool Take(Moment now, Link link, CollaborationMessage? message)
    {
        switch (message)
        {
            case CollaborationMessage.Query query:
                _sending.Answer(now, link, query.Request);
                break;
            case CollaborationMessage.Subscribe subscribe:
                _sending.Subscribe(now, link, subscribe);
                break;
            case CollaborationMessage.Unsubscribe:
                _sending.Unsubscribe(now, link);
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
                return false;
        }

        return true;
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

    private void OnUnreachable(Moment now, string authority, RefreshFailure failure)
    {
        foreach (RemoteEndpoint endpoint in Watching.Of(authority).Where(endpoint => endpoint.Link is null).ToArray())
        {
            Watching.Unreachable(endpoint, failure);
        }
    }

    private string NameOf(Link link) => Watching.Find(link.Endpoint) is { } endpoint && Watching.Describe(endpoint).DisplayName is { Length: > 0 } name
        ? name
        : People.Find(link.Endpoint)?.DisplayName ?? "";
}
