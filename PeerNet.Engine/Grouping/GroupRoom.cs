using System.Threading.Channels;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Grouping.Storage;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Grouping;

/// <summary>
/// A group that is open on this node: what has to be done for it while it is. Whatever happens in its graph wakes one
/// caretaker, who looks at the whole; so nothing is done twice, and nothing piles up.
/// </summary>
internal sealed class GroupRoom : IGraphWatcher, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly GroupContext _context;
    private readonly GroupMemberships _memberships;
    private readonly GroupNews _news;
    private readonly GroupUpkeep _upkeep;
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _leaving = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ITimer _timer;
    private readonly PeerRendezvous _place;
    private IAsyncDisposable? _publication;
    private Bits128 _publishedSerial;
    private int _isMoved;
    private Task _caretaker = Task.CompletedTask;

    /// <param name="context">What the node's groups share.</param>
    /// <param name="stored">Which group it is, and as whom.</param>
    /// <param name="security">What the member knows and can prove; this object's from here on.</param>
    /// <param name="cloud">The cloud to meet in.</param>
    public GroupRoom(GroupContext context, StoredGroup stored, GroupSecurity security, string cloud)
    {
        _context = context;
        Stored = stored;
        Security = security;
        Scope = GroupClouds.ScopeOf(cloud);
        Provider = new(security);
        _place = new($"{stored.Group.Authority}.{GroupRoles.Participant}", GraphScopes.ReachOf(Scope));
        _memberships = new(context, security);
        _news = new(context, security);
        _upkeep = new(security);
        _timer = context.Time.CreateTimer(_ => Wake(), null, Interval, Interval);
    }

    /// <summary>What is kept of the group.</summary>
    public StoredGroup Stored { get; private set; }

    /// <summary>What the member knows and can prove.</summary>
    public GroupSecurity Security { get; }

    /// <summary>What secures the graph.</summary>
    public GroupSecurityProvider Provider { get; }

    /// <summary>How far the member reaches.</summary>
    public PeerGraphScope Scope { get; }

    /// <summary>Where members find each other.</summary>
    public PeerRendezvous Place => _place;

    /// <summary>Whether others are to be let in as soon as the database is synchronized.</summary>
    public bool IsListening { get; set; }

    /// <summary>The port where they are; 0 for any.</summary>
    public int Port { get; set; }

    private string Group => Stored.Group.Value;

    /// <summary>Begins, when the graph is open.</summary>
    public void Start()
    {
        Security.PeerTime = () => _context.Graphs.GetPeerTime(Group);
        _caretaker = Task.Run(RunAsync);
        _context.Interfaces.Changed += OnMoved;
        GroupLog.Opened(_context.Logger, Group, Stored.Identity.Value);
    }

    void IGraphWatcher.Kept(GraphRecord record) => WakeWhere(_upkeep.Kept(record));

    void IGraphWatcher.Expired(RecordKey key) => WakeWhere(_upkeep.Expired(key));

    void IGraphWatcher.Synchronized() => Wake();

    /// <summary>Does what is to be done now, and lets others in where that is wanted.</summary>
    /// <exception cref="PeerException">The port is taken, or something cannot be published.</exception>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await TendAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Changes what is kept of the group.</summary>
    public void Keep(Func<StoredGroup, StoredGroup> change)
    {
        StoredGroup changed = change(Stored);
        if (changed != Stored)
        {
            _context.Folder.Save(changed);
            Stored = changed;
        }
    }

    /// <summary>Ends the upkeep. The graph is still open, and is closed by who opened it.</summary>
    public async Task StopAsync()
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        _context.Interfaces.Changed -= OnMoved;
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _caretaker.ConfigureAwait(false);
        await WithdrawAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        Security.Dispose();
        _leaving.Dispose();
        _turn.Dispose();
    }

    // With another network there are other clouds to be found in.
    private void OnMoved()
    {
        Interlocked.Exchange(ref _isMoved, 1);
        Wake();
    }

    private void WakeWhere(bool hasSomethingToDo)
    {
        if (hasSomethingToDo)
        {
            Wake();
        }
    }

    private void Wake() => _wakes.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        try
        {
            await foreach (bool _ in _wakes.Reader.ReadAllAsync(_leaving.Token).ConfigureAwait(false))
            {
                await TryTendAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The group is being left.
        }
    }

    private async Task TryTendAsync()
    {
        try
        {
            await SettleAsync(_leaving.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One failure, a bug included, must not end the upkeep; it is reported, and the next turn tries again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // What is left behind while the group is being left is no failure.
            if (!_leaving.IsCancellationRequested)
            {
                GroupLog.UpkeepFailed(_context.Logger, Group, failure.Message);
                _context.Observer.Failed(Group, $"The group '{Stored.FriendlyName}' ({Group}): {failure.Message}");
            }
        }
    }

    private async Task TendAsync(CancellationToken cancellationToken)
    {
        if (_upkeep.TakeNewRecords())
        {
            await _context.Graphs.RevalidateAsync(Group, cancellationToken).ConfigureAwait(false);
        }

        if (_upkeep.TakeNewRevocations())
        {
            await EnforceAsync(cancellationToken).ConfigureAwait(false);
        }

        KeepWhatIsKnown();
        PeerGraph graph = await _context.Graphs.DescribeAsync(Group, cancellationToken).ConfigureAwait(false);
        if (graph.ContactRange is not null)
        {
            await _memberships.PublishAsync(cancellationToken).ConfigureAwait(false);
            if (Stored.RenewsCredentials)
            {
                await _memberships.RenewAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        await _news.TellAsync(cancellationToken).ConfigureAwait(false);
        if (graph.ContactRange is not null && IsListening)
        {
            await ListenAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Who is revoked is shown the door, and what it has published since falls.</summary>
    private async Task EnforceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerConnection> connections =
            await _context.Graphs.GetConnectionsAsync(Group, cancellationToken).ConfigureAwait(false);
        foreach (string peer in connections.Select(connection => connection.PeerId).Distinct().Where(_upkeep.IsRevoked))
        {
            await _context.Graphs.ExpelAsync(Group, peer).ConfigureAwait(false);
            GroupLog.Expelled(_context.Logger, Group, peer);
        }

        await _context.Graphs.PurgeAsync(Group, default, Security.IsFallen).ConfigureAwait(false);
    }

    private void KeepWhatIsKnown()
    {
        GroupCredential? last = Security.Last;
        SecurityProperties? properties = Security.Properties;
        Keep(stored => stored with
        {
            FriendlyName = properties?.FriendlyName ?? stored.FriendlyName,
            Root = stored.Root ?? Security.Root,
            Creator = stored.Creator ?? Security.Creator,
            Chain = last is null || (stored.Chain is { } chain && last.Chain.Encoded.Span.SequenceEqual(chain))
                ? stored.Chain
                : last.Chain.Encoded.ToArray(),
        });
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        if (Security.Own is not { } own)
        {
            // Nobody would take this node for a member.
            await WithdrawAsync().ConfigureAwait(false);
            return;
        }

        int port = await _context.Graphs.ListenAsync(Group, scope: null, Port, cancellationToken).ConfigureAwait(false);
        bool isMoved = Interlocked.Exchange(ref _isMoved, 0) != 0;
        if (_publication is null || isMoved || _publishedSerial != own.SerialNumber)
        {
            await WithdrawAsync().ConfigureAwait(false);
            await PublishAsync(own, port, cancellationToken).ConfigureAwait(false);
        }
    }

    // MS-PPSEC 3.1.4.4
    private async Task PublishAsync(GroupCredential own, int port, CancellationToken cancellationToken)
    {
        byte[] chain = own.Chain.Encoded.ToArray();
        string comment = Stored.Group.Classifier;
        _publication = await _context.Locator.PublishAsync(
            new(
                _place,
                Stored.Identity.Value,
                chain,
                port,
                comment.Length <= PeerPublication.MaximumComment ? comment : ""),
            cancellationToken).ConfigureAwait(false);
        _publishedSerial = own.SerialNumber;
        GroupLog.Published(_context.Logger, Group, port);
    }

    private async Task WithdrawAsync()
    {
        if (_publication is { } publication)
        {
            _publication = null;
            await publication.DisposeAsync().ConfigureAwait(false);
        }
    }
}
