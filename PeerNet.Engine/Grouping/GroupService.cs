using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Grouping;

/// <summary>The groups of one node: which there are, and which are open. Each is a graph that <see cref="GroupSecurity"/>
/// secures.</summary>
internal sealed partial class GroupService : IGroupService, IAsyncDisposable
{
    private readonly GroupContext _context;
    private readonly IIdentityService _identities;
    private readonly ConcurrentDictionary<string, GroupRoom> _rooms = new(StringComparer.Ordinal);

    // Opening and closing are rare and slow; one at a time keeps two callers from both opening the same group.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private bool _isStopped;

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
        _identities = identities;
        _context = new(graphs.Service, new GroupFolder(options.Folder), locator, interfaces, observer, time, random, logger);
    }

    public IGraphAccess Graphs => _context.Graphs;

    /// <summary>Whether a group is open.</summary>
    public bool IsStarted => !_rooms.IsEmpty;

    /// <summary>What is wrong with the files of groups that could not be read.</summary>
    public IReadOnlyList<string> Faults => _context.Folder.Faults;

    /// <summary>The ports that groups listen on.</summary>
    public IReadOnlyDictionary<string, int> Ports => _context.Graphs.Ports;

    /// <summary>What a firewall must let in.</summary>
    public IReadOnlyList<string> PortsToOpen => _context.Graphs.PortsToOpen;

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
        return await WithGateAsync(
            async () =>
            {
                PeerIdentity identity = ChooseIdentity(creation.Identity);
                GroupFoundation foundation = GroupFoundation.Lay(creation, identity, cloud, password.Span, _context);
                using PeerPrivateKey groupKey = foundation.Key;
                GroupSecurity security = OpenSecurity(foundation.Stored);
                GroupRoom room = CreateRoom(foundation.Stored with { Chain = foundation.IssueFirst(security) }, security, cloud);
                try
                {
                    _context.Folder.SaveKey(room.Stored, groupKey);
                    security.LearnProperties(foundation.Properties);
                    await _context.Graphs.CreateAsync(foundation.Describe(room), cancellationToken).ConfigureAwait(false);
                    Enter(room);
                    await PublishPropertiesAsync(room, groupKey, foundation.Properties, cancellationToken).ConfigureAwait(false);
                    room.Port = creation.Port;
                    room.IsListening = true;
                    await room.SettleAsync(cancellationToken).ConfigureAwait(false);
                    room.Keep(stored => stored with { IsActive = true });
                    return await DescribeAsync(room, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    await DiscardAsync(room).ConfigureAwait(false);
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
            groups.Add(await DescribeAsync(stored, cancellationToken).ConfigureAwait(false));
        }

        return [.. groups.OrderBy(group => group.FriendlyName, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<PeerGroup> ChangeAsync(
        string group, PeerGroupChange change, ReadOnlyMemory<char> password, CancellationToken cancellationToken)
    {
        GroupRequests.Validate(change, password.Span);
        GroupRoom room = Get(group);
        if (change.ConcernsProperties || !password.IsEmpty)
        {
            await ChangePropertiesAsync(room, change, password, cancellationToken).ConfigureAwait(false);
        }

        room.Keep(stored => stored with { RenewsCredentials = change.RenewsCredentials ?? stored.RenewsCredentials });
        await room.SettleAsync(cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(room, cancellationToken).ConfigureAwait(false);
    }

    private async Task ChangePropertiesAsync(
        GroupRoom room, PeerGroupChange change, ReadOnlyMemory<char> password, CancellationToken cancellationToken)
    {
        string group = room.Stored.Group.Value;
        using PeerPrivateKey key = _context.Folder.OpenKey(room.Stored);
        SecurityProperties known = room.Security.Properties ?? throw NotReady(group);
        if (!password.IsEmpty && known.Password is null)
        {
            throw PeerErrors.InvalidGroupProperties.Exception(
                $"The group '{known.FriendlyName}' lets nobody in by password; that is fixed when a group is made.", group);
        }

        byte[]? verifier = password.IsEmpty
            ? null
            : Protocol.PasswordProof.CreateVerifier(password.Span, group);
        SecurityProperties changed = known with
        {
            FriendlyName = change.FriendlyName ?? known.FriendlyName,
            Comment = change.Comment ?? known.Comment,
            Password = verifier is null ? known.Password : known.Password! with { Verifier = verifier },
        };
        await PublishPropertiesAsync(room, key, changed, cancellationToken).ConfigureAwait(false);
    }

    public Task RemoveAsync(string group, string? identity, bool isForced, CancellationToken cancellationToken) => WithGateAsync(
        async () =>
        {
            StoredGroup stored = Find(group, identity);
            if (_rooms.TryGetValue(group, out GroupRoom? room) && room.Stored.Identity == stored.Identity)
            {
                if (!isForced)
                {
                    throw PeerErrors.GroupInUse.Exception(
                        $"The group '{stored.FriendlyName}' is open; leave it first with Disconnect-PeerGroup, or with "
                        + "Remove-PeerGroup -Force.",
                        group);
                }

                await CloseAsync(room, farewell: true).ConfigureAwait(false);
            }

            await DeleteDatabaseAsync(stored).ConfigureAwait(false);
            _context.Folder.Delete(stored.Group, stored.Identity);
            return true;
        },
        cancellationToken);

    public Task DisconnectAsync(string group, CancellationToken cancellationToken) => WithGateAsync(
        async () =>
        {
            GroupRoom room = Get(group);
            await CloseAsync(room, farewell: true).ConfigureAwait(false);
            room.Keep(stored => stored with { IsActive = false });
            return true;
        },
        cancellationToken);

    /// <summary>Leaves all groups.</summary>
    public async Task StopAsync(bool farewell)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStopped = true;
            await Task.WhenAll(_rooms.Values.Select(room => CloseAsync(room, farewell))).ConfigureAwait(false);
            await _context.Graphs.StopAsync(farewell).ConfigureAwait(false);
            _context.Folder.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await StopAsync(farewell: false).ConfigureAwait(false);
        }

        _gate.Dispose();
        _stopping.Dispose();
    }

    private PeerIdentity ChooseIdentity(string? peerName)
    {
        PeerIdentity identity = peerName is null
            ? _identities.Default ?? _identities.Create(friendlyName: null, classifier: null, suite: null, makeDefault: true, password: [])
            : _identities.List().FirstOrDefault(one => one.PeerName.Value == peerName)
                ?? throw PeerErrors.IdentityNotFound.Exception($"There is no identity '{peerName}' on this node.", peerName);
        return identity.Suite == PeerSuite.Modern
            ? identity
            : throw PeerErrors.InvalidCredentialInfo.Exception(
                $"The identity '{identity.FriendlyName}' is of the suite {identity.Suite}; groups take those of the Modern suite.",
                identity.PeerName.Value);
    }

    private GroupSecurity OpenSecurity(StoredGroup stored)
    {
        PeerIdentity identity = ChooseIdentity(stored.Identity.Value);
        PeerCertificate.TryRead(identity.Certificate.RawData, out PeerCertificate? certificate);
        var key = new PeerPrivateKey(_identities.OpenPrivateKey(stored.Identity.Value));
        var security = new GroupSecurity(stored.Group, key, certificate!, _context.Random, _context.Time);
        if (stored.Chain is { } chain && Protocol.MembershipChain.TryRead(chain, out Protocol.MembershipChain? read))
        {
            security.Learn(read, out _);
        }

        return security;
    }

    private GroupRoom CreateRoom(StoredGroup stored, GroupSecurity security, string cloud) => new(_context, stored, security, cloud);

    private void Enter(GroupRoom room)
    {
        room.Start();
        _rooms[room.Stored.Group.Value] = room;
    }

    private GroupRoom Get(string group) => _rooms.TryGetValue(group, out GroupRoom? room)
        ? room
        : throw PeerErrors.InvalidGroup.Exception(
            _context.Folder.List().Any(stored => stored.Group.Value == group)
                ? $"The group '{group}' is closed; Connect-PeerGroup opens it."
                : $"This node is in no group '{group}'. Get-PeerGroup shows those that it is in.",
            group);

    private StoredGroup Find(string group, string? identity) =>
        (PeerName.TryParse(group, out PeerName? name)
            ? _context.Folder.Find(name, identity is null ? null : PeerName.Parse(identity))
            : null)
        ?? throw PeerErrors.InvalidGroup.Exception(
            $"This node is in no group '{group}'. Get-PeerGroup shows those that it is in.", group);

    private async Task CloseAsync(GroupRoom room, bool farewell)
    {
        string group = room.Stored.Group.Value;
        await room.StopAsync().ConfigureAwait(false);
        await _context.Graphs.LeaveAsync(group, farewell).ConfigureAwait(false);
        _rooms.TryRemove(KeyValuePair.Create(group, room));
        await room.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes back what was begun.</summary>
    private async Task DiscardAsync(GroupRoom room)
    {
        await CloseAsync(room, farewell: false).ConfigureAwait(false);
        await DeleteDatabaseAsync(room.Stored).ConfigureAwait(false);
        _context.Folder.Delete(room.Stored.Group, room.Stored.Identity);
    }

    private async Task DeleteDatabaseAsync(StoredGroup stored)
    {
        string group = stored.Group.Value;
        IReadOnlyList<PeerGraph> graphs = await _context.Graphs.ListAsync(includeClosed: true, CancellationToken.None).ConfigureAwait(false);
        if (graphs.Any(graph => graph.Id == group && graph.PeerId == stored.Identity.Value))
        {
            await _context.Graphs.RemoveAsync(group, stored.Identity.Value, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<PeerGroup> DescribeAsync(StoredGroup stored, CancellationToken cancellationToken)
    {
        if (_rooms.TryGetValue(stored.Group.Value, out GroupRoom? room) && room.Stored.Identity == stored.Identity)
        {
            try
            {
                return await DescribeAsync(room, cancellationToken).ConfigureAwait(false);
            }
            catch (PeerException failure) when (failure.Error == PeerErrors.InvalidGraph || failure.Error == PeerErrors.GraphShuttingDown)
            {
                // It is being left right now.
            }
        }

        return GroupDescription.OfClosed(stored);
    }

    private async Task<PeerGroup> DescribeAsync(GroupRoom room, CancellationToken cancellationToken) => GroupDescription.Of(
        room, await _context.Graphs.DescribeAsync(room.Stored.Group.Value, cancellationToken).ConfigureAwait(false));

    private static PeerException NotReady(string group) => PeerErrors.GroupNotReady.Exception(
        $"The group '{group}' was never synchronized here; connect to a member of it first.", group);

    private async Task<T> WithGateAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _isStopped
                ? throw PeerErrors.NotInitialized.Exception("The node has been stopped.")
                : await Task.Run(work, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
