using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Graphing.Hosting;

namespace PeerNet.Engine.Tests.Grouping.Hosting;

/// <summary>A node whose groups are on real sockets of the loopback interface. Names are found through a locator that the
/// nodes of a test share, and nowhere else.</summary>
internal sealed class GroupRig : IAsyncDisposable
{
    public static readonly Guid RecordType = new("aaaaaaaa-0000-0000-0000-000000000002");
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public const string Password = "correct horse battery";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeLocator _locator;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory? _log;
    private readonly List<PeerEvent> _events = [];
    private IDisposable? _subscription;

    private GroupRig(FakeLocator locator, TimeProvider time, ILoggerFactory? log)
    {
        _log = log;
        _locator = locator;
        _time = time;
    }

    /// <summary>The node.</summary>
    public PeerNode Node { get; private set; } = null!;

    /// <summary>Its state folder.</summary>
    public string Folder => _folder.Location;

    public IGroupService Groups => Node.Groups;

    /// <summary>The peer name of its member.</summary>
    public string Member => Node.Identities.Default!.PeerName.Value;

    /// <summary>Starts a node with an identity.</summary>
    /// <param name="locator">Where the nodes of the test find each other.</param>
    /// <param name="name">The friendly name of its identity.</param>
    /// <param name="time">Its clock; null for the system's.</param>
    /// <param name="log">Its log; null for none.</param>
    public static async Task<GroupRig> StartAsync(
        FakeLocator locator, string name, TimeProvider? time = null, ILoggerFactory? log = null)
    {
        var rig = new GroupRig(locator, time ?? TimeProvider.System, log);
        await rig.OpenAsync();
        rig.Node.Identities.Create(name, classifier: null, suite: null, makeDefault: true, password: []);
        return rig;
    }

    /// <summary>The members as this node sees them, by friendly name.</summary>
    public async Task<Dictionary<string, PeerGroupMember>> MembersAsync(string group) =>
        (await Groups.GetMembersAsync(group, default)).ToDictionary(member => member.FriendlyName);

    public Task<PeerGroup> CreateAsync(PeerGroupProperties? properties = null, string password = "") => Groups.CreateAsync(
        new() { FriendlyName = "Chess", Cloud = "Loopback_", Properties = properties ?? new() },
        password.AsMemory(),
        default).WaitAsync(Patience);

    /// <summary>Invites the identity of another node.</summary>
    public async Task<string> InviteAsync(string group, GroupRig other, PeerRole role = PeerRole.Member) =>
        (await Groups.InviteAsync(
            group, new() { Certificate = other.Node.Identities.Default!.Certificate, Role = role }, default)).Xml;

    /// <summary>Takes an invitation, and connects.</summary>
    public Task<PeerGroup> JoinAsync(string invitation, string password = "") => Groups.JoinAsync(
        new() { Invitation = invitation, IsConnected = true, Timeout = TimeSpan.FromSeconds(20) },
        password.AsMemory(),
        progress: null,
        default).WaitAsync(Patience);

    public Task<PeerRecord> AddAsync(string group, string text) => Groups.Graphs.AddRecordAsync(
        group,
        new() { Type = RecordType, Data = Encoding.UTF8.GetBytes(text), Expires = DateTimeOffset.UtcNow + TimeSpan.FromHours(1) },
        default).WaitAsync(Patience);

    /// <summary>The texts of all records, in order.</summary>
    public async Task<string[]> ReadAsync(string group)
    {
        List<string> texts = [];
        await foreach (PeerRecord record in Groups.Graphs.GetRecordsAsync(group, new(), default))
        {
            texts.Add(record.Text!);
        }

        return [.. texts.Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(isSo))] string? what = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"It never came about: {what}");
            await Task.Delay(20);
        }
    }

    /// <summary>The changes of members that were told so far.</summary>
    public IReadOnlyList<PeerGroupMemberChange> Changes
    {
        get
        {
            lock (_events)
            {
                return [.. _events.Select(one => one.Detail).OfType<PeerGroupMemberChange>()];
            }
        }
    }

    /// <summary>Stops as a process that is ended does, and starts anew on the same folder.</summary>
    public async Task RestartAsync()
    {
        _subscription?.Dispose();
        await Node.DisposeAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync()
    {
        Node = await PeerNode.StartAsync(
            new() { Name = "rig", StatePath = _folder.Location },
            _log,
            services =>
            {
                services.AddSingleton<IPeerLocator>(_locator);
                services.AddSingleton(_time);
            },
            default);
        _subscription = Node.Subscribe(happened =>
        {
            lock (_events)
            {
                _events.Add(happened);
            }
        });
    }
}
