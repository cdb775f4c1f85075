using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping.Documents;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Grouping;

/// <summary>The groups of one node: which there are, and which are open. Each is a graph that <see cref="GroupSecurity"/>
/// secures.</summary>
internal sealed class GroupService : IGroupService, IAsyncDisposable
{
    private readonly GroupContext _context;
    private readonly GroupRooms _rooms;
    private readonly GroupJoining _joining;
    private readonly GroupCredentials _credentials;

    public GroupService(
        GroupServiceOptions options,
        GroupGraphs graphs,
        IIdentityService identities,
        IPeerLocator locator,
        INetworkInterfaces interfaces,
        IGroupObserver observer,
        TimeProvider time,
        IRandomSource random,
        ILogger<GroupService> logger)
    {
        _context = new(graphs.Service, new GroupFolder(options.Folder), locator, interfaces, observer, time, random, logger);
        _rooms = new(_context, identities);
        _joining = new(_context, _rooms, identities);
        _credentials = new(_context, _rooms);
    }

    public IGraphAccess Graphs => _context.Graphs;

    /// <summary>Whether a group is open.</summary>
    public bool IsStarted => _rooms.IsAny;

    /// <summary>What is wrong with the files of groups that could not be read.</summary>
    public IReadOnlyList<string> Faults => _context.Folder.Faults;

    /// <summary>The ports that groups listen on.</summary>
    public IReadOnlyDictionary<string, int> Ports => _context.Graphs.Ports;

    /// <summary>What a firewall must let in.</summary>
    public IReadOnlyList<PeerPort> PortsToOpen => _context.Graphs.PortsToOpen;

    /// <summary>Fails where an identity is a member of a group, open or not, or may be one.</summary>
    public void RequireUnused(PeerName identity)
    {
        StoredGroup[] groups = [.. _context.Folder.List().Where(stored => stored.Identity == identity)];
        if (groups.Length > 0)
        {
            throw PeerErrors.GroupsExist.Exception(
                $"The identity '{identity}' is a member of {string.Join(", ", groups.Select(stored => $"'{stored.FriendlyName}'"))}; "
                + "leave for good with Remove-PeerGroup first.",
                identity.Value);
        }

        if (Faults is [var fault, ..])
        {
            throw PeerErrors.GroupsExist.Exception($"Nobody can tell whether '{identity}' is a member of a group. {fault}", identity.Value);
        }
    }

    public async Task<PeerGroup> CreateAsync(
        PeerGroupCreation creation, ReadOnlyMemory<char> password, CancellationToken cancellationToken)
    {
        GroupRequests.Validate(creation, password.Span);
        string cloud = creation.Cloud ?? GroupClouds.Global;
        GroupClouds.ScopeOf(cloud);
        return await _rooms.WithGateAsync(
            async () =>
            {
                PeerIdentity identity = _rooms.ChooseIdentity(creation.Identity);
                GroupFoundation foundation = GroupFoundation.Lay(creation, identity, cloud, password.Span, _context);
                using PeerPrivateKey groupKey = foundation.Key;
                GroupSecurity security = _rooms.OpenSecurity(foundation.Stored);
                var room = new GroupRoom(
                    _context, foundation.Stored with { Chain = foundation.IssueFirst(security) }, security, cloud);
                try
                {
                    _context.Folder.SaveKey(room.Stored, groupKey);
                    security.LearnProperties(foundation.Properties);
                    await _context.Graphs.CreateAsync(foundation.Describe(room), cancellationToken).ConfigureAwait(false);
                    _rooms.Enter(room);
                    await PublishPropertiesAsync(room, groupKey, foundation.Properties, cancellationToken).ConfigureAwait(false);
                    room.Port = creation.Port;
                    room.IsListening = true;
                    await room.SettleAsync(cancellationToken).ConfigureAwait(false);
                    room.Keep(stored => stored with { IsActive = creation.IsPersistent, Port = creation.Port });
                    return await _rooms.DescribeAsync(room, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    await _rooms.DiscardAsync(room).ConfigureAwait(false);
                    throw;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<PeerGroup>> ListAsync(CancellationToken cancellationToken)
    {
        List<PeerGroup> groups = [];
        foreach (StoredGroup stored in _context.Folder.List())
        {
            groups.Add(await _rooms.DescribeAsync(stored, cancellationToken).ConfigureAwait(false));
        }

        return [.. groups.OrderBy(group => group.FriendlyName, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<PeerGroup> ChangeAsync(
        string group, PeerGroupChange change, ReadOnlyMemory<char> password, CancellationToken cancellationToken)
    {
        GroupRequests.Validate(change, password.Span);
        GroupRoom room = _rooms.Get(group);
        if (change.ConcernsProperties || !password.IsEmpty)
        {
            await ChangePropertiesAsync(room, change, password, cancellationToken).ConfigureAwait(false);
        }

        room.Keep(stored => stored with { RenewsCredentials = change.RenewsCredentials ?? stored.RenewsCredentials });
        await room.SettleAsync(cancellationToken).ConfigureAwait(false);
        return await _rooms.DescribeAsync(room, cancellationToken).ConfigureAwait(false);
    }

    public Task DisconnectAsync(string group, CancellationToken cancellationToken) => _rooms.WithGateAsync(
        async () =>
        {
            // One that could not be opened again can be left, too.
            StoredGroup[] active = [.. _context.Folder.List().Where(stored => stored.Group.Value == group && stored.IsActive)];
            if (active.Length > 0 && _rooms.Find(group) is null)
            {
                Array.ForEach(active, stored => _context.Folder.Save(stored with { IsActive = false }));
                return true;
            }

            GroupRoom room = _rooms.Get(group);
            await _rooms.CloseAsync(room, farewell: true).ConfigureAwait(false);
            room.Keep(stored => stored with { IsActive = false });
            return true;
        },
        cancellationToken);

    public Task RemoveAsync(string group, string? identity, bool isForced, CancellationToken cancellationToken) =>
        _rooms.RemoveAsync(group, identity, isForced, cancellationToken);

    public PeerGroupInvitation ReadInvitation(string xml) => _joining.ReadInvitation(xml);

    public Task<PeerGroup> JoinAsync(
        PeerGroupJoining joining,
        ReadOnlyMemory<char> password,
        IProgress<PeerGraphProgress>? progress,
        CancellationToken cancellationToken) =>
        _joining.JoinAsync(joining, password, progress, cancellationToken);

    public Task<PeerGroup> ConnectAsync(
        PeerGroupOpening opening, IProgress<PeerGraphProgress>? progress, CancellationToken cancellationToken) =>
        _joining.ConnectAsync(opening, progress, cancellationToken);

    /// <inheritdoc cref="GroupJoining.ResumeAsync"/>
    public Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken) => _joining.ResumeAsync(cancellationToken);

    public Task<string> ExportAsync(
        string group, string? identity, ReadOnlyMemory<char> password, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StoredGroup stored = _rooms.GetStored(group, identity);
        using PeerPrivateKey? key = stored.HasGroupKey ? _context.Folder.OpenKey(stored) : null;
        return Task.FromResult(GroupConfigurationExport.Write(stored, key, password.Span));
    }

    public async Task<PeerGroup> ImportAsync(
        string xml, ReadOnlyMemory<char> password, bool isForced, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        (StoredGroup stored, PeerPrivateKey? groupKey) = GroupConfigurationExport.Read(xml, password.Span);
        using PeerPrivateKey? key = groupKey;
        _rooms.ChooseIdentity(stored.Identity.Value);
        return await _rooms.WithGateAsync(
            () =>
            {
                if (_rooms.Find(stored.Group.Value) is not null)
                {
                    throw PeerErrors.GroupInUse.Exception(
                        $"The group '{stored.FriendlyName}' is open; leave it first with Disconnect-PeerGroup.", stored.Group.Value);
                }

                if (!isForced && _context.Folder.Find(stored.Group, stored.Identity) is not null)
                {
                    throw PeerErrors.AlreadyExists.Exception(
                        $"This node has the group '{stored.FriendlyName}' already. -Force takes the configuration from the document, and "
                        + "leaves the records as they are.",
                        stored.Group.Value);
                }

                if (key is null)
                {
                    _context.Folder.Save(stored);
                }
                else
                {
                    _context.Folder.SaveKey(stored, key);
                }

                return Task.FromResult(GroupDescription.OfClosed(stored));
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<PeerGroupMember>> GetMembersAsync(string group, CancellationToken cancellationToken) =>
        _credentials.GetMembersAsync(group, cancellationToken);

    public Task<PeerGroupInvitation> IssueAsync(
        string group, PeerCredentialIssue issue, CancellationToken cancellationToken) =>
        _credentials.IssueAsync(group, issue, cancellationToken);

    public Task<PeerGroupInvitation> InviteAsync(
        string group, PeerGroupInviting inviting, CancellationToken cancellationToken) =>
        _credentials.InviteAsync(group, inviting, cancellationToken);

    public Task<PeerGroupInvitation> InviteByPasswordAsync(string group, CancellationToken cancellationToken) =>
        _credentials.InviteByPasswordAsync(group, cancellationToken);

    public Task RevokeAsync(string group, string member, string reason, CancellationToken cancellationToken) =>
        _credentials.RevokeAsync(group, member, reason, cancellationToken);

    /// <summary>Leaves all groups.</summary>
    public Task StopAsync(bool farewell) => _rooms.StopAsync(farewell);

    public ValueTask DisposeAsync() => _rooms.DisposeAsync();

    private async Task ChangePropertiesAsync(
        GroupRoom room, PeerGroupChange change, ReadOnlyMemory<char> password, CancellationToken cancellationToken)
    {
        string group = room.Stored.Group.Value;
        using PeerPrivateKey key = _context.Folder.OpenKey(room.Stored);
        SecurityProperties known = room.Security.Properties ?? throw GroupRooms.NotReady(group);
        if (!password.IsEmpty && known.Password is null)
        {
            throw PeerErrors.InvalidGroupProperties.Exception(
                $"The group '{known.FriendlyName}' lets nobody in by password; that is fixed when a group is made.", group);
        }

        byte[]? verifier = password.IsEmpty
            ? null
            : PasswordProof.CreateVerifier(password.Span, group);
        SecurityProperties changed = known with
        {
            FriendlyName = change.FriendlyName ?? known.FriendlyName,
            Comment = change.Comment ?? known.Comment,
            Password = verifier is null ? known.Password : known.Password! with { Verifier = verifier },
        };
        await PublishPropertiesAsync(room, key, changed, cancellationToken).ConfigureAwait(false);
    }

    private async Task PublishPropertiesAsync(
        GroupRoom room, PeerPrivateKey groupKey, SecurityProperties properties, CancellationToken cancellationToken)
    {
        string group = room.Stored.Group.Value;
        Guid? known = null;
        var query = new PeerRecordQuery { Types = [GroupRecordTypes.SecurityProperties], CreatorId = group };
        await foreach (PeerRecord record in _context.Graphs.GetRecordsAsync(group, query, cancellationToken).ConfigureAwait(false))
        {
            known = record.Id;
        }

        await _context.Graphs.PublishAsync(
            group,
            (now, find) =>
            {
                PeerTime expires = PeerTime.FromUtc(room.Security.Root!.NotAfter, TimeSpan.Zero);
                byte[] payload = properties.Encode();
                GraphRecord record = known is { } id && find(id) is { } current
                    ? GroupRecords.Revise(current, group, payload, now, expires)
                    : GroupRecords.Create(
                        group, GroupRecordTypes.SecurityProperties, group, payload, now, expires, _context.Random);
                return GroupRecords.Secure(record, content => room.Security.SignProperties(content, groupKey));
            },
            cancellationToken).ConfigureAwait(false);
    }
}
