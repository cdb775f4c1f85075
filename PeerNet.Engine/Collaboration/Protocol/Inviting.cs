using System.Text;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>Invitations that were sent and received (PROTOCOL.md 4.4).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="links">The links that are up, with a person.</param>
/// <param name="flush">Sends what a link has to send.</param>
internal sealed class Inviting(
    CollaborationContext context,
    Func<string, IReadOnlyList<Link>> links,
    Action<Moment, Link> flush)
{
    private readonly OrderedDictionary<Guid, Invitation> _invitations = [];
    private readonly Queue<Guid> _ended = [];
    private readonly InvitationRates _rates = new();

    /// <summary>All of them, in the order they came.</summary>
    public IEnumerable<PeerInvitation> All => _invitations.Values.Select(Describe);

    /// <summary>Those that wait for the user.</summary>
    public int Waiting => _invitations.Values.Count(IsWaiting);

    /// <summary>Whether an invitation needs a link with a person.</summary>
    public bool Needs(string authority) => _invitations.Values.Any(invitation =>
        invitation.State == PeerInvitationState.Pending && invitation.Authority == authority);

    /// <summary>One of them; null where it is not known.</summary>
    public PeerInvitation? Find(Guid id) => _invitations.TryGetValue(id, out Invitation? invitation) ? Describe(invitation) : null;

    /// <summary>Invites.</summary>
    /// <returns>False where too many wait already.</returns>
    public bool Send(Moment now, PeerInvitation draft, TimeSpan lifetime)
    {
        if (_invitations.Values.Count(IsSentAndPending) >= CollaborationLimits.SentInvitations)
        {
            return false;
        }

        var invitation = new Invitation(draft, AuthorityOf(draft.Contact), now.Elapsed + lifetime);
        Add(invitation);
        foreach (Link link in links(invitation.Authority))
        {
            SendOn(now, link, invitation);
        }

        context.Tell(Describe(invitation));
        return true;
    }

    /// <summary>A link is up: whoever is there is invited.</summary>
    public void Connected(Moment now, Link link)
    {
        foreach (Invitation invitation in _invitations.Values.Where(invitation =>
            IsSentAndPending(invitation) && invitation.Authority == link.Authority))
        {
            SendOn(now, link, invitation);
        }
    }

    /// <summary>Takes a sent invitation back.</summary>
    /// <returns>Whether there was one to take back.</returns>
    public bool Cancel(Moment now, Guid id)
    {
        if (!_invitations.TryGetValue(id, out Invitation? invitation) || !IsSentAndPending(invitation))
        {
            return false;
        }

        End(now, invitation, PeerInvitationState.Cancelled);
        TellOthers(now, invitation, except: null, CancelReason.Cancelled);
        return true;
    }

    /// <summary>Answers a received invitation. Whether the answer counts is known when the inviter has confirmed it.</summary>
    /// <returns>False where it waits no more, or the inviter is gone.</returns>
    public bool Respond(Moment now, Guid id, InvitationAnswer answer)
    {
        if (!_invitations.TryGetValue(id, out Invitation? invitation) || !IsWaiting(invitation)
            || links(invitation.Authority).FirstOrDefault(link => link.Endpoint.Id == invitation.Facts.Endpoint) is not { } link)
        {
            return false;
        }

        invitation.Answer = answer;
        link.Queue(new CollaborationMessage.Respond(id, answer));
        flush(now, link);
        return true;
    }

    /// <summary>An invitation can be answered no more: its time is over.</summary>
    public void Expire(Moment now, Guid id)
    {
        if (_invitations.TryGetValue(id, out Invitation? invitation) && invitation.State == PeerInvitationState.Pending)
        {
            End(now, invitation, PeerInvitationState.Expired);
        }
    }

    /// <summary>This node has signed out, or a person is blocked: what waits is over.</summary>
    /// <param name="now">When.</param>
    /// <param name="authority">Whose; null for all.</param>
    public void End(Moment now, string? authority)
    {
        foreach (Invitation invitation in _invitations.Values.Where(invitation =>
            invitation.State == PeerInvitationState.Pending && (authority is null || invitation.Authority == authority)).ToArray())
        {
            End(now, invitation, PeerInvitationState.Cancelled);
            if (authority is null && invitation.Facts.Direction == PeerInvitationDirection.Sent)
            {
                TellOthers(now, invitation, except: null, CancelReason.Cancelled);
            }
        }
    }

    /// <summary>Somebody invites.</summary>
    /// <param name="now">When.</param>
    /// <param name="link">Who.</param>
    /// <param name="message">To what.</param>
    /// <param name="displayName">What that person is called.</param>
    public void Invited(Moment now, Link link, CollaborationMessage.Invite message, string displayName)
    {
        if (FindWaiting(link, message.Id) is { Answer: { } given, Facts.Endpoint: var inviter } && inviter == link.Endpoint.Id)
        {
            // On a new connection: the answer was lost with the one before.
            Reply(now, link, new CollaborationMessage.Respond(message.Id, given));
            return;
        }

        KnownContact? contact = context.ContactOf(link.Authority);
        bool mayInvite = contact is { IsBlocked: false } || (contact is null && context.IsNear && link.Start.IsOnLink);
        if (!mayInvite || _invitations.ContainsKey(message.Id)
            || !_rates.TryTake(now.Elapsed, link.Authority, contact is not null)
            || !TryMakeRoom(now, link, contact is not null))
        {
            return;
        }

        var lifetime = TimeSpan.FromSeconds(message.Lifetime);
        var received = new PeerInvitation
        {
            Id = message.Id,
            Direction = PeerInvitationDirection.Received,
            State = PeerInvitationState.Pending,
            Kind = message.Application is null ? PeerInvitationKind.Group : PeerInvitationKind.Application,
            Contact = link.Start.Name.Value,
            DisplayName = displayName,
            IsContact = contact is not null,
            Endpoint = link.Endpoint.Id,
            ApplicationId = message.Application,
            Data = message.Application is null ? [] : message.Content,
            GroupInvitation = message.Application is null ? Encoding.UTF8.GetString(message.Content) : null,
            Message = message.Message,
            Created = now.Utc,
            Expires = now.Utc + lifetime,
        };
        var invitation = new Invitation(received, link.Authority, now.Elapsed + lifetime) { Source = link.Start.Source };
        Add(invitation);
        context.Do(new CollaborationEffect.Invited(Describe(invitation)));
    }

    /// <summary>Somebody has answered.</summary>
    public void Responded(Moment now, Link link, CollaborationMessage.Respond message)
    {
        // Of somebody else's invitations nobody is told whether there are any.
        if (!_invitations.TryGetValue(message.Id, out Invitation? invitation)
            || invitation.Facts.Direction != PeerInvitationDirection.Sent || invitation.Authority != link.Authority
            || !invitation.Asked.Contains(link.Endpoint))
        {
            Reply(now, link, new CollaborationMessage.Cancel(message.Id, CancelReason.Unknown));
            return;
        }

        if (invitation.State != PeerInvitationState.Pending)
        {
            bool isAgain = invitation.AnsweredBy == link.Endpoint && invitation.Answer == message.Answer;
            Reply(now, link, isAgain
                ? new CollaborationMessage.Confirm(message.Id, message.Answer)
                : new CollaborationMessage.Cancel(message.Id, ReasonOf(invitation.State)));
            return;
        }

        (invitation.Answer, invitation.AnsweredBy) = (message.Answer, link.Endpoint);
        invitation.Facts = invitation.Facts with { Endpoint = link.Endpoint.Id };
        End(now, invitation, StateOf(message.Answer));
        Reply(now, link, new CollaborationMessage.Confirm(message.Id, message.Answer));
        TellOthers(now, invitation, link, CancelReason.AnsweredElsewhere);
    }

    /// <summary>The inviter says that an answer counts.</summary>
    public void Confirmed(Moment now, Link link, CollaborationMessage.Confirm message)
    {
        if (FindWaiting(link, message.Id) is { Answer: { } answer } invitation && answer == message.Answer)
        {
            End(now, invitation, StateOf(answer));
        }
    }

    /// <summary>The inviter says that an invitation can be answered no more.</summary>
    public void Cancelled(Moment now, Link link, CollaborationMessage.Cancel message)
    {
        if (FindWaiting(link, message.Id) is { } invitation)
        {
            End(now, invitation, message.Reason == CancelReason.Expired ? PeerInvitationState.Expired : PeerInvitationState.Cancelled);
        }
    }

    /// <summary>An accepted invitation has brought this node into a group.</summary>
    public void Joined(Guid id, string group)
    {
        if (_invitations.TryGetValue(id, out Invitation? invitation))
        {
            invitation.Facts = invitation.Facts with { JoinedGroup = group };
        }
    }

    private static string AuthorityOf(string peerName) => peerName[..peerName.IndexOf('.', StringComparison.Ordinal)];

    private static bool IsSentAndPending(Invitation invitation) =>
        invitation.Facts.Direction == PeerInvitationDirection.Sent && invitation.State == PeerInvitationState.Pending;

    private static bool IsWaiting(Invitation invitation) =>
        invitation.Facts.Direction == PeerInvitationDirection.Received && invitation.State == PeerInvitationState.Pending;

    private static PeerInvitationState StateOf(InvitationAnswer answer) =>
        answer == InvitationAnswer.Accept ? PeerInvitationState.Accepted : PeerInvitationState.Declined;

    private static CancelReason ReasonOf(PeerInvitationState state) => state switch
    {
        PeerInvitationState.Expired => CancelReason.Expired,
        PeerInvitationState.Cancelled => CancelReason.Cancelled,
        _ => CancelReason.AnsweredElsewhere,
    };

    private static CollaborationTimer Expiry(Guid id) => new(TimerKind.InvitationExpired, Id: id);

    private Invitation? FindWaiting(Link link, Guid id) =>
        _invitations.TryGetValue(id, out Invitation? invitation) && IsWaiting(invitation) && invitation.Authority == link.Authority
            ? invitation
            : null;

    private void Add(Invitation invitation)
    {
        _invitations[invitation.Facts.Id] = invitation;
        context.Timers.Set(Expiry(invitation.Facts.Id), invitation.Deadline);
    }

    private void SendOn(Moment now, Link link, Invitation invitation)
    {
        if (invitation.Facts.Endpoint is { } endpoint && endpoint != link.Endpoint.Id)
        {
            return;
        }

        // Again on a new connection: the one before may have ended before it arrived.
        invitation.Asked.Add(link.Endpoint);
        link.LastNeeded = now.Elapsed;
        link.Queue(new CollaborationMessage.Invite(
            invitation.Facts.Id,
            (uint)Math.Max(1, (invitation.Deadline - now.Elapsed).TotalSeconds),
            invitation.Facts.Message,
            invitation.Facts.ApplicationId,
            invitation.Facts.GroupInvitation is { } document ? Encoding.UTF8.GetBytes(document) : invitation.Facts.Data));
        flush(now, link);
    }

    private void Reply(Moment now, Link link, CollaborationMessage message)
    {
        link.Reply(message);
        flush(now, link);
    }

    private void TellOthers(Moment now, Invitation invitation, Link? except, CancelReason reason)
    {
        foreach (Link link in links(invitation.Authority).Where(link => link != except && invitation.Asked.Contains(link.Endpoint)))
        {
            link.Queue(new CollaborationMessage.Cancel(invitation.Facts.Id, reason));
            flush(now, link);
        }
    }

    private void End(Moment now, Invitation invitation, PeerInvitationState state)
    {
        invitation.State = state;
        invitation.Facts = invitation.Facts with { Completed = now.Utc };
        context.Timers.Cancel(Expiry(invitation.Facts.Id));
        _ended.Enqueue(invitation.Facts.Id);
        if (_ended.Count > CollaborationLimits.EndedInvitations)
        {
            _invitations.Remove(_ended.Dequeue());
        }

        context.Tell(Describe(invitation));
    }

    // The oldest of a stranger gives way.
    private bool TryMakeRoom(Moment now, Link link, bool isContact)
    {
        Invitation[] waiting = [.. _invitations.Values.Where(IsWaiting)];
        int allowed = isContact ? CollaborationLimits.WaitingOfContact : CollaborationLimits.WaitingOfStranger;
        if (waiting.Count(invitation => invitation.Authority == link.Authority) >= allowed
            || (!isContact && waiting.Count(invitation => invitation.Source == link.Start.Source) >= CollaborationLimits.WaitingOfSource))
        {
            return false;
        }

        if (waiting.Length < CollaborationLimits.WaitingInvitations)
        {
            return true;
        }

        if (waiting.FirstOrDefault(invitation => context.ContactOf(invitation.Authority) is null) is not { } oldest)
        {
            return false;
        }

        End(now, oldest, PeerInvitationState.Cancelled);
        return true;
    }

    private static PeerInvitation Describe(Invitation invitation) => invitation.Facts with { State = invitation.State };

    private sealed class Invitation(PeerInvitation facts, string authority, TimeSpan deadline)
    {
        public PeerInvitation Facts { get; set; } = facts;

        public string Authority { get; } = authority;

        public TimeSpan Deadline { get; } = deadline;

        public PeerInvitationState State { get; set; } = PeerInvitationState.Pending;

        /// <summary>The answer that was given here, or that counts there.</summary>
        public InvitationAnswer? Answer { get; set; }

        public EndpointKey? AnsweredBy { get; set; }

        /// <summary>The endpoints that a sent one went to.</summary>
        public HashSet<EndpointKey> Asked { get; } = [];

        public AddressBlock Source { get; init; }
    }
}
