using System.Collections.Concurrent;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>The groups of a node that are open, and how they open and close, one after the other.</summary>
/// <param name="context">What all groups share.</param>
/// <param name="identities">The members that this node may be.</param>
internal sealed class GroupRooms(GroupContext context, IIdentityService identities) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, GroupRoom> _rooms = new(StringComparer.Ordinal);

    // Opening and closing are rare and slow; one at a time keeps two callers from both opening the same group.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private bool _isStopped;

    /// <summary>Whether a group is open.</summary>
    public bool IsAny => !_rooms.IsEmpty;

    /// <summary>Cancelled when the node stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The identity of a peer name, or the default one, which is made where there is none.</summary>
    /// <exception cref="PeerException">There is no such identity, or it is not for groups.</exception>
    public PeerIdentity ChooseIdentity(string? peerName)
    {
        PeerIdentity identity = peerName is null
            ? identities.Default ?? identities.Create(friendlyName: null, classifier: null, suite: null, makeDefault: true, password: [])
            : identities.List().FirstOrDefault(one => one.PeerName.Value == peerName)
                ?? throw PeerErrors.IdentityNotFound.Exception($"There is no identity '{peerName}' on this node.", peerName);
        return identity.Suite == PeerSuite.Modern
            ? identity
            : throw PeerErrors.InvalidCredentialInfo.Exception(
                $"The identity '{identity.FriendlyName}' is of the suite {identity.Suite}; groups take those of the Modern suite.",
                identity.PeerName.Value);
    }

    /// <summary>What a member knows of a group and can prove.</summary>
    public GroupSecurity OpenSecurity(StoredGroup stored)
    {
        PeerIdentity identity = ChooseIdentity(stored.Identity.Value);
        PeerCertificate.TryRead(identity.Certificate.RawData, out PeerCertificate? certificate);
        var key = new PeerPrivateKey(identities.OpenPrivateKey(stored.Identity.Value));
        var security = new GroupSecurity(stored.Group, key, certificate!, context.Random, context.Time);
        if (stored.Chain is { } chain && MembershipChain.TryRead(chain, out MembershipChain? read))
        {
            security.Learn(read, out _);
        }

        return security;
    }

    /// <summary>The group where it is open; null where it is not.</summary>
    public GroupRoom? Find(string group) => _rooms.GetValueOrDefault(group);

    /// <summary>The group, which has to be open.</summary>
    /// <exception cref="PeerException">It is not.</exception>
    public GroupRoom Get(string group) => _rooms.TryGetValue(group, out GroupRoom? room)
        ? room
        : throw PeerErrors.InvalidGroup.Exception(
            context.Folder.List().Any(stored => stored.Group.Value == group)
                ? $"The group '{group}' is closed; Connect-PeerGroup opens it."
                : $"This node is in no group '{group}'. Get-PeerGroup shows those that it is in.",
            group);

    /// <summary>The group, which has to be open and synchronized once at least.</summary>
    /// <exception cref="PeerException">It is not.</exception>
    public GroupRoom GetReady(string group)
    {
        GroupRoom room = Get(group);
        return room.Security.Properties is null ? throw NotReady(group) : room;
    }

    /// <summary>What is stored of a group, open or not.</summary>
    /// <param name="group">The group's peer name.</param>
    /// <param name="identity">As which member; null where this node is but one.</param>
    /// <exception cref="PeerException">The node is not in it.</exception>
    public StoredGroup GetStored(string group, string? identity) =>
        (PeerName.TryParse(group, out PeerName? name)
            ? context.Folder.Find(name, identity is null ? null : PeerName.Parse(identity))
            : null)
        ?? throw PeerErrors.InvalidGroup.Exception(
            $"This node is in no group '{group}'. Get-PeerGroup shows those that it is in.", group);

    /// <summary>The graph of a group is open: it begins to be a group.</summary>
    public void Enter(GroupRoom room)
    {
        room.Start();
        _rooms[room.Stored.Group.Value] = room;
    }

    /// <summary>Leaves a group.</summary>
    public async Task CloseAsync(GroupRoom room, bool farewell)
    {
        string group = room.Stored.Group.Value;
        await room.StopAsync().ConfigureAwait(false);
        await context.Graphs.LeaveAsync(group, farewell).ConfigureAwait(false);
        _rooms.TryRemove(KeyValuePair.Create(group, room));
        await room.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes back what was begun.</summary>
    public async Task DiscardAsync(GroupRoom room)
    {
        await CloseAsync(room, farewell: false).ConfigureAwait(false);
        await DeleteDatabaseAsync(room.Stored).ConfigureAwait(false);
        context.Folder.Delete(room.Stored.Group, room.Stored.Identity);
    }

    /// <summary>Leaves a group for good.</summary>
    public Task RemoveAsync(string group, string? identity, bool isForced, CancellationToken cancellationToken) => WithGateAsync(
        async () =>
        {
            StoredGroup stored = GetStored(group, identity);
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
            context.Folder.Delete(stored.Group, stored.Identity);
            return true;
        },
        cancellationToken);

    private async Task DeleteDatabaseAsync(StoredGroup stored)
    {
        string group = stored.Group.Value;
        IReadOnlyList<PeerGraph> graphs = await context.Graphs.ListAsync(includeClosed: true, CancellationToken.None).ConfigureAwait(false);
        if (graphs.Any(graph => graph.Id == group && graph.PeerId == stored.Identity.Value))
        {
            await context.Graphs.RemoveAsync(group, stored.Identity.Value, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>What a group is, for people.</summary>
    public async Task<PeerGroup> DescribeAsync(StoredGroup stored, CancellationToken cancellationToken)
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

    public async Task<PeerGroup> DescribeAsync(GroupRoom room, CancellationToken cancellationToken) => GroupDescription.Of(
        room, await context.Graphs.DescribeAsync(room.Stored.Group.Value, cancellationToken).ConfigureAwait(false));

    /// <summary>Does something while no group is opened or closed.</summary>
    public async Task<T> WithGateAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
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

    /// <summary>Leaves all groups.</summary>
    public async Task StopAsync(bool farewell)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStopped = true;
            await Ending.RunAsync(
                () => Task.WhenAll(_rooms.Values.Select(room => CloseAsync(room, farewell))),
                () => context.Graphs.StopAsync(farewell),
                Ending.At(context.Folder.Dispose)).ConfigureAwait(false);
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

    /// <summary>The failure of what needs the group's properties.</summary>
    public static PeerException NotReady(string group) => PeerErrors.GroupNotReady.Exception(
        $"The group '{group}' was never synchronized here; connect to a member of it first.", group);
}
