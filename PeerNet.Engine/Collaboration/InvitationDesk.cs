using System.Collections.Concurrent;
using System.Text;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration;

/// <summary>What the user does about invitations: sending, waiting, answering, and what an accepted one brings about.</summary>
/// <param name="runner">Runs the machine.</param>
/// <param name="applications">The programs that people can be invited to.</param>
/// <param name="groups">Takes invitations to groups.</param>
/// <param name="time">The clock.</param>
internal sealed class InvitationDesk(
    CollaborationRunner runner, ApplicationRegistry applications, IInvitedGroups groups, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<PeerInvitation>> _waiting = [];

    /// <summary>All that are known, oldest first.</summary>
    public async Task<IReadOnlyList<PeerInvitation>> ListAsync()
    {
        PeerInvitation[] all = await runner.AskAsync((machine, _) => machine.Inviting.All.ToArray()).ConfigureAwait(false);
        return [.. all.Select(Name).OrderBy(invitation => invitation.Created)];
    }

    /// <summary>Sends one.</summary>
    public async Task<PeerInvitation> SendAsync(PeerInvitationRequest request, PeerName to, string displayName, bool isContact, Guid id)
    {
        Check(request);
        var draft = new PeerInvitation
        {
            Id = id,
            Direction = PeerInvitationDirection.Sent,
            State = PeerInvitationState.Pending,
            Kind = request.GroupInvitation is null ? PeerInvitationKind.Application : PeerInvitationKind.Group,
            Contact = to.Value,
            DisplayName = displayName,
            IsContact = isContact,
            Endpoint = request.Endpoint,
            ApplicationId = request.ApplicationId,
            Data = request.Data,
            GroupInvitation = request.GroupInvitation,
            Message = request.Message,
            Created = time.GetUtcNow(),
            Expires = time.GetUtcNow() + request.Lifetime,
        };
        return await runner.AskAsync((machine, now) => machine.Invite(now, draft, request.Lifetime)).ConfigureAwait(false)
            ? Name(draft)
            : throw PeerErrors.Busy.Exception(
                $"{CollaborationLimits.SentInvitations} invitations wait already; cancel some with Complete-PeerInvitation.", request.Contact);
    }

    /// <summary>Waits until an invitation is over.</summary>
    public async Task<PeerInvitation> WaitAsync(Guid id, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource<PeerInvitation>(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<PeerInvitation> waiting = _waiting.GetOrAdd(id, mine);
        PeerInvitation now = await FindAsync(id).ConfigureAwait(false);
        if (now.State != PeerInvitationState.Pending)
        {
            _waiting.TryRemove(id, out _);
            return now;
        }

        return Name(await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Accepts, declines or cancels.</summary>
    public async Task<PeerInvitation> CompleteAsync(
        Guid id, PeerInvitationResponse response, bool isLaunched, TimeSpan timeout, CancellationToken cancellationToken)
    {
        PeerInvitation invitation = await FindAsync(id).ConfigureAwait(false);
        CheckDirection(invitation, response);
        if (response == PeerInvitationResponse.Cancel)
        {
            return await runner.AskAsync((machine, now) => machine.Inviting.Cancel(now, id)).ConfigureAwait(false)
                ? await FindAsync(id).ConfigureAwait(false)
                : throw Over(await FindAsync(id).ConfigureAwait(false));
        }

        if (response == PeerInvitationResponse.Accept)
        {
            // What cannot be done is not accepted.
            CheckAcceptable(invitation, isLaunched);
        }

        PeerInvitation answered = await AnswerAsync(invitation, response, timeout, cancellationToken).ConfigureAwait(false);
        return answered.State != PeerInvitationState.Accepted ? answered
            : answered.Kind == PeerInvitationKind.Group ? await JoinAsync(answered, cancellationToken).ConfigureAwait(false)
            : await LaunchAsync(answered, isLaunched).ConfigureAwait(false);
    }

    /// <summary>An invitation is as it is now.</summary>
    /// <returns>It, with the names that this node knows.</returns>
    public PeerInvitation Changed(PeerInvitation invitation)
    {
        if (invitation.State != PeerInvitationState.Pending
            && _waiting.TryRemove(invitation.Id, out TaskCompletionSource<PeerInvitation>? waiting))
        {
            waiting.TrySetResult(invitation);
        }

        return Name(invitation);
    }

    /// <summary>Adds what this node calls the application.</summary>
    public PeerInvitation Name(PeerInvitation invitation) => invitation.ApplicationId is { } application
        ? invitation with { ApplicationName = applications.NameOf(application) }
        : invitation;

    private static void Check(PeerInvitationRequest request)
    {
        PersonalText.Check(request.Message, "message");
        if (request.ApplicationId is null == request.GroupInvitation is null)
        {
            throw PeerErrors.InvalidArgument.Exception("An invitation is to an application or to a group.", request.Contact);
        }

        if (request.Data.Length > PeerInvitationRequest.MaximumData)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The data has {request.Data.Length} bytes; at most {PeerInvitationRequest.MaximumData} can be sent.", request.Contact);
        }

        if (request.GroupInvitation is { } document
            && Encoding.UTF8.GetByteCount(document) > CollaborationMessage.Invite.MaximumDocument)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"The group's invitation has more than {CollaborationMessage.Invite.MaximumDocument} bytes.", request.Contact);
        }

        if (request.Lifetime < TimeSpan.FromSeconds(1) || request.Lifetime > TimeSpan.FromSeconds(CollaborationMessage.Invite.MaximumLifetime))
        {
            throw PeerErrors.InvalidArgument.Exception("An invitation lasts from one second to one day.", request.Lifetime);
        }
    }

    private static void CheckDirection(PeerInvitation invitation, PeerInvitationResponse response)
    {
        bool isForSent = response == PeerInvitationResponse.Cancel;
        if (isForSent != (invitation.Direction == PeerInvitationDirection.Sent))
        {
            throw PeerErrors.InvalidArgument.Exception(
                isForSent
                    ? $"The invitation {invitation.Id} was received: accept or decline it."
                    : $"The invitation {invitation.Id} was sent by this node: it can only be cancelled.",
                invitation.Id);
        }

        if (invitation.State != PeerInvitationState.Pending)
        {
            throw Over(invitation);
        }
    }

    private static PeerException Over(PeerInvitation invitation) => PeerErrors.InvitationCancelled.Exception(
        $"The invitation {invitation.Id} is over: {invitation.State}.", invitation.Id);

    private void CheckAcceptable(PeerInvitation invitation, bool isLaunched)
    {
        if (invitation.GroupInvitation is { } document)
        {
            groups.Check(document);
        }
        else if (isLaunched)
        {
            applications.RequireFit(invitation.ApplicationId!.Value);
        }
    }

    private async Task<PeerInvitation> AnswerAsync(
        PeerInvitation invitation, PeerInvitationResponse response, TimeSpan timeout, CancellationToken cancellationToken)
    {
        InvitationAnswer answer = response == PeerInvitationResponse.Accept ? InvitationAnswer.Accept : InvitationAnswer.Decline;
        if (!await runner.AskAsync((machine, now) => machine.Inviting.Respond(now, invitation.Id, answer)).ConfigureAwait(false))
        {
            PeerInvitation found = await FindAsync(invitation.Id).ConfigureAwait(false);
            throw found.State != PeerInvitationState.Pending ? Over(found) : PeerErrors.InvitationResponseNotAvailable.Exception(
                $"There is no connection with '{found.Contact}', who has sent the invitation: the answer cannot be told. Try again "
                + "when the person is there.",
                invitation.Id);
        }

        using var patience = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            PeerInvitation answered = await WaitAsync(invitation.Id, both.Token).ConfigureAwait(false);
            return answered.State is PeerInvitationState.Accepted or PeerInvitationState.Declined ? answered : throw Over(answered);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw PeerErrors.Timeout.Exception(
                $"'{invitation.Contact}' has not confirmed the answer to the invitation {invitation.Id}; nothing was done.", invitation.Id);
        }
    }

    private async Task<PeerInvitation> JoinAsync(PeerInvitation invitation, CancellationToken cancellationToken)
    {
        string group = await groups.JoinAsync(invitation.GroupInvitation!, cancellationToken).ConfigureAwait(false);
        await runner.TellAsync((machine, _) => machine.Inviting.Joined(invitation.Id, group)).ConfigureAwait(false);
        return invitation with { JoinedGroup = group };
    }

    private async Task<PeerInvitation> LaunchAsync(PeerInvitation invitation, bool isLaunched)
    {
        if (isLaunched)
        {
            var info = new PeerAppLaunchInfo
            {
                Contact = invitation.Contact,
                DisplayName = invitation.DisplayName,
                Endpoint = invitation.Endpoint ?? Guid.Empty,
                EndpointName = await runner.AskAsync((machine, _) => EndpointNameOf(machine, invitation)).ConfigureAwait(false),
                Message = invitation.Message,
                Data = invitation.Data,
                ApplicationId = invitation.ApplicationId!.Value,
                InvitationId = invitation.Id,
            };
            await Task.Run(() => applications.Launch(info.ApplicationId, info)).ConfigureAwait(false);
        }

        return invitation;
    }

    private static string EndpointNameOf(CollaborationMachine machine, PeerInvitation invitation)
    {
        var key = new EndpointKey(PeerName.Parse(invitation.Contact).Authority, invitation.Endpoint ?? Guid.Empty);
        return machine.Watching.Find(key)?.Presence?.EndpointName ?? machine.People.Find(key)?.EndpointName ?? "";
    }

    private async Task<PeerInvitation> FindAsync(Guid id) =>
        await runner.AskAsync((machine, _) => machine.Inviting.Find(id)).ConfigureAwait(false) is { } found
            ? Name(found)
            : throw PeerErrors.NotFound.Exception($"There is no invitation {id}; Get-PeerInvitation lists them.", id);
}
