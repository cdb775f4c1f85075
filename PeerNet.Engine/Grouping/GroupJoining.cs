using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Grouping;

/// <summary>Invitations, and how a node gets among the members of a group.</summary>
/// <param name="context">What all groups share.</param>
/// <param name="rooms">Those that are open.</param>
/// <param name="identities">Whom an invitation may be for.</param>
internal sealed class GroupJoining(GroupContext context, GroupRooms rooms, IIdentityService identities)
{
    public async Task<PeerGroup> ConnectAsync(
        PeerGroupOpening opening, IProgress<PeerGraphProgress>? progress, CancellationToken cancellationToken)
    {
        StoredGroup stored = rooms.GetStored(opening.Group, opening.Identity);
        return await ConnectAsync(stored, opening, verifier: null, progress, cancellationToken).ConfigureAwait(false);
    }

    public PeerGroupInvitation ReadInvitation(string xml) =>
        InvitationDocument.TryRead(xml, out InvitationDocument? document, out InvitationFault fault)
            ? DescribeInvitation(document)
            : throw InvitationErrors.From(fault);

    public async Task<PeerGroup> JoinAsync(
        PeerGroupJoining joining,
        ReadOnlyMemory<char> password,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (!InvitationDocument.TryRead(joining.Invitation, out InvitationDocument? document, out InvitationFault fault))
        {
            throw InvitationErrors.From(fault);
        }

        bool isByPassword = document.Kind == PeerGroupInvitationKind.Password;
        if (isByPassword && password.IsEmpty)
        {
            throw PeerErrors.InvalidPassword.Exception(
                "The invitation is for everybody who knows the group's password; give it with -Password.", document.Group.Value);
        }

        string cloud = joining.Cloud ?? document.Cloud;
        GroupClouds.ScopeOf(cloud);
        InvitationVerdict verdict = Judge(
            document, [.. identities.List().Where(one => joining.Identity is null || one.PeerName.Value == joining.Identity)]);
        if (verdict != InvitationVerdict.Trusted)
        {
            throw InvitationErrors.From(document, verdict);
        }

        PeerIdentity identity = rooms.ChooseIdentity(joining.Identity ?? document.ReadChain()?.Leaf.SubjectPeerName);
        StoredGroup? known = context.Folder.Find(document.Group, identity.PeerName);
        StoredGroup stored = (known ?? Found(document, identity, cloud)) with { Chain = Later(document.Chain, known?.Chain) };
        context.Folder.Save(stored);
        if (rooms.Find(stored.Group.Value) is { } room)
        {
            Learn(room, stored);
        }

        if (!isByPassword && !joining.IsConnected)
        {
            return GroupDescription.OfClosed(stored);
        }

        byte[]? verifier = isByPassword ? PasswordProof.CreateVerifier(password.Span, stored.Group.Value) : null;
        try
        {
            return await ConnectAsync(
                stored,
                new() { Group = stored.Group.Value, Identity = stored.Identity.Value, Cloud = joining.Cloud, Timeout = joining.Timeout },
                verifier,
                progress,
                cancellationToken).ConfigureAwait(false);
        }
        catch when (known is null && isByPassword)
        {
            // Without a credential there is nothing to keep.
            await rooms.RemoveAsync(stored.Group.Value, stored.Identity.Value, isForced: true, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens the groups that were open when the node stopped, as they were. Their members are looked for in the
    /// background.</summary>
    /// <returns>What the owner has to know of those that could not be opened, and of files that are damaged.</returns>
    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        List<string> notices = [.. context.Folder.Faults];
        foreach (StoredGroup stored in context.Folder.List().Where(stored => stored.IsActive))
        {
            try
            {
                await ReopenAsync(stored, notices.Add, cancellationToken).ConfigureAwait(false);
            }
            catch (PeerException failure)
            {
                notices.Add(
                    $"The group '{stored.FriendlyName}' was not opened again: {failure.Message} Mend that and start the node again, or open the "
                    + "group with Connect-PeerGroup; Disconnect-PeerGroup ends that it is opened.");
            }
        }

        foreach (string notice in notices)
        {
            context.Observer.Failed(nameof(Grouping), notice);
        }

        return notices;
    }

    private async Task ReopenAsync(StoredGroup stored, Action<string> notice, CancellationToken cancellationToken)
    {
        string group = stored.Group.Value;
        GroupRoom room = await OpenAsync(stored, stored.MeetingCloud ?? stored.Cloud, verifier: null, cancellationToken).ConfigureAwait(false);
        if (stored.AllowsDirectConnections)
        {
            await context.Graphs.ChangeAsync(group, new() { AllowsDirectConnections = true }, cancellationToken).ConfigureAwait(false);
        }

        if (!stored.IsOffline)
        {
            room.Port = await TakePortAsync(room, notice, cancellationToken).ConfigureAwait(false);
            room.IsListening = true;
            _ = ReturnAsync(room);
        }
    }

    /// <summary>Takes the port that was asked for, where there is one. Members find this node on another port as well.</summary>
    private async Task<int> TakePortAsync(GroupRoom room, Action<string> notice, CancellationToken cancellationToken)
    {
        StoredGroup stored = room.Stored;
        try
        {
            // Who is no member listens when it is one.
            return stored.Port == 0 || room.Security.Own is null || room.Security.Properties is null
                ? stored.Port
                : await context.Graphs.ListenAsync(stored.Group.Value, scope: null, stored.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (PeerException failure) when (failure.Error == PeerErrors.UnableToListen)
        {
            notice(
                $"The group '{stored.FriendlyName}' listens on another port until the node starts again: {failure.Message} Connect-PeerGroup "
                + "-Port asks for another one.");
            return 0;
        }
    }

    private async Task ReturnAsync(GroupRoom room)
    {
        try
        {
            await MeetAsync(room, new() { Group = room.Stored.Group.Value }, progress: null, rooms.Stopping).ConfigureAwait(false);
        }
        catch (PeerException failure)
        {
            // The graph goes on looking by itself.
            context.Observer.Failed(room.Stored.Group.Value, failure.Message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The node stops, or the group was left meanwhile.
        }
    }

    private async Task<PeerGroup> ConnectAsync(
        StoredGroup stored,
        PeerGroupOpening opening,
        byte[]? verifier,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken)
    {
        string group = stored.Group.Value;
        bool wasOpen = rooms.Find(group) is not null;
        GroupRoom room = await rooms.WithGateAsync(
            () => OpenAsync(stored, opening.Cloud ?? stored.Cloud, verifier, cancellationToken), cancellationToken).ConfigureAwait(false);
        try
        {
            if (opening.AllowsDirectConnections is { } allowed)
            {
                await context.Graphs.ChangeAsync(group, new() { AllowsDirectConnections = allowed }, cancellationToken).ConfigureAwait(false);
            }

            bool isNews = !room.IsListening && !opening.IsOffline;
            if (!opening.IsOffline)
            {
                room.Port = opening.Port != 0 ? opening.Port : room.Port;
                room.IsListening = true;
                await MeetAsync(room, opening, progress, cancellationToken).ConfigureAwait(false);
            }

            room.Keep(kept => kept with
            {
                IsActive = opening.IsPersistent ?? (isNews || kept.IsActive),
                IsOffline = !room.IsListening,
                MeetingCloud = opening.Cloud ?? kept.MeetingCloud,
                Port = opening.Port != 0 ? opening.Port : kept.Port,
                AllowsDirectConnections = opening.AllowsDirectConnections ?? kept.AllowsDirectConnections,
            });
            return await rooms.DescribeAsync(room, cancellationToken).ConfigureAwait(false);
        }
        catch when (!wasOpen)
        {
            await rooms.WithGateAsync(
                async () =>
                {
                    await rooms.CloseAsync(room, farewell: true).ConfigureAwait(false);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<GroupRoom> OpenAsync(
        StoredGroup stored, string cloud, byte[]? verifier, CancellationToken cancellationToken)
    {
        string group = stored.Group.Value;
        if (rooms.Find(group) is { } open)
        {
            if (open.Stored.Identity != stored.Identity)
            {
                throw PeerErrors.GroupInUse.Exception(
                    $"This node has the group '{stored.FriendlyName}' open as '{open.Stored.Identity}'. Another member needs another node.",
                    group);
            }

            return open;
        }

        GroupSecurity security = rooms.OpenSecurity(stored);
        if (verifier is not null)
        {
            security.Admission.UsePassword(verifier);
        }

        var room = new GroupRoom(context, stored, security, cloud);
        try
        {
            await context.Graphs.ConnectAsync(Describe(room), isAwaited: false, progress: null, cancellationToken).ConfigureAwait(false);
            rooms.Enter(room);
            return room;
        }
        catch
        {
            await room.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // MS-PPSEC 3.1.4.3: who finds nobody and has the group's properties listens alone.
    private async Task MeetAsync(
        GroupRoom room, PeerGroupOpening opening, IProgress<PeerGraphProgress>? progress, CancellationToken cancellationToken)
    {
        // Others find this node meanwhile, as when two that were alone look for each other.
        await room.SettleAsync(cancellationToken).ConfigureAwait(false);
        bool isAlone = room.Security.Properties is not null;
        try
        {
            await JoinAsync(room, opening, progress, cancellationToken).ConfigureAwait(false);
            if (opening.IsAwaited)
            {
                await room.SettleAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PeerException failure) when (isAlone && opening.Endpoints.Count == 0 && IsNobody(failure))
        {
            GroupLog.UpkeepFailed(context.Logger, room.Stored.Group.Value, failure.Message);
        }
        catch (PeerException failure) when (failure.Error == PeerErrors.NodeNotFound)
        {
            throw PeerErrors.NoMembersFound.Exception(
                $"No member of the group '{room.Stored.FriendlyName}' was found in the cloud {room.Stored.Cloud} within "
                + $"{opening.Timeout.TotalSeconds:0} seconds: none is there, none can be reached, or names do not get through. "
                + "-Endpoint names one by its address.",
                room.Stored.Group.Value,
                failure);
        }
        catch (PeerException failure) when (failure.Error == PeerErrors.ConnectionNotAuthenticated || failure.Error == PeerErrors.ConnectionFailed)
        {
            throw PeerErrors.NoMemberConnections.Exception(
                $"No member of the group '{room.Stored.FriendlyName}' lets this node in. {failure.Message}",
                room.Stored.Group.Value,
                failure);
        }
    }

    private static bool IsNobody(PeerException failure) =>
        failure.Error == PeerErrors.NodeNotFound || failure.Error == PeerErrors.Timeout
        || failure.Error == PeerErrors.ConnectionFailed || failure.Error == PeerErrors.NoOtherNode;

    private Task JoinAsync(
        GroupRoom room, PeerGroupOpening opening, IProgress<PeerGraphProgress>? progress, CancellationToken cancellationToken) =>
        context.Graphs.JoinAsync(
            Describe(room) with
            {
                Endpoints = opening.Endpoints,
                ResolveName = opening.Endpoints.Count > 0 ? null : room.Place.Name,
                ResolveScope = room.Scope,
                Timeout = opening.Timeout,
            },
            opening.IsAwaited,
            progress,
            cancellationToken);

    private static PeerGraphOpening Describe(GroupRoom room) => new()
    {
        GraphId = room.Stored.Group.Value,
        PeerId = room.Stored.Identity.Value,
        SecurityProvider = room.Provider,
        PrioritizedRecordTypes = GroupRecordTypes.First,
        Watcher = room,
        Rendezvous = room.Place,
    };

    private StoredGroup Found(InvitationDocument document, PeerIdentity identity, string cloud) => new()
    {
        Group = document.Group,
        Identity = identity.PeerName,
        FriendlyName = document.GroupFriendlyName,
        Cloud = cloud,
        Root = document.ReadChain()?.Root ?? document.Root,
        Chain = document.Chain,
        Created = context.Time.GetUtcNow(),
    };

    // An invitation that lay in a drawer does not take the place of a credential that was issued later.
    private static byte[]? Later(byte[]? invitation, byte[]? known) =>
        MembershipChain.TryRead(invitation, out MembershipChain? offered)
        && !(MembershipChain.TryRead(known, out MembershipChain? present)
            && (present.Leaf.NotBefore, present.Leaf.NotAfter).CompareTo((offered.Leaf.NotBefore, offered.Leaf.NotAfter)) >= 0)
            ? invitation
            : known;

    private static void Learn(GroupRoom room, StoredGroup stored)
    {
        if (MembershipChain.TryRead(stored.Chain, out MembershipChain? chain))
        {
            room.Security.Learn(chain, out _);
        }
    }

    private InvitationVerdict Judge(InvitationDocument document, IReadOnlyList<PeerIdentity> identities) => InvitationJudge.Judge(
        document, identities.ToDictionary(identity => identity.PeerName, identity => identity.PublicKey), context.Time.GetUtcNow());

    private PeerGroupInvitation DescribeInvitation(InvitationDocument document) =>
        PeerGroupInvitation.Describe(document, Judge(document, identities.List()));
}
