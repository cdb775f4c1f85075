using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PeerNet.Benchmarks.Graphing;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Graphing.Hosting;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>Nodes with sockets, folders and databases of their own whose identities are in one group, on the loopback
/// interface. They know where the others are, without looking for names.</summary>
internal sealed class RealGroup : IAsyncDisposable
{
    private const string Cloud = "Loopback_";

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peernet-benchmark-");
    private readonly FakeLocator _locator = new();
    private readonly List<PeerNode> _nodes = [];
    private int _started;

    private RealGroup()
    {
    }

    public IReadOnlyList<PeerNode> Nodes => _nodes;

    /// <summary>The group's peer name.</summary>
    public string Group { get; private set; } = "";

    /// <summary>Makes a group, and has others join it by invitation.</summary>
    public static async Task<RealGroup> StartAsync(int count)
    {
        var group = new RealGroup();
        PeerNode first = await group.StartNodeAsync();
        group._nodes.Add(first);
        PeerGroup created = await first.Groups.CreateAsync(
            new() { FriendlyName = "benchmark", Cloud = Cloud }, ReadOnlyMemory<char>.Empty, CancellationToken.None);
        group.Group = created.PeerName;
        for (int i = 1; i < count; i++)
        {
            PeerNode node = await group.StartNodeAsync();
            group._nodes.Add(node);
            await RealGroup.JoinAsync(node, await group.InviteAsync(node));
        }

        await RealGraph.WaitAsync(async () =>
        {
            PeerGraph[] all = await group.DescribeAsync();
            return all.All(node => node.Neighbors >= Math.Min(2, count - 1) && node.Records == all[0].Records);
        });
        return group;
    }

    /// <summary>Starts a node, which is in no group yet.</summary>
    public async Task<PeerNode> StartNodeAsync()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"peer-{_started++}");
        PeerNode node = await PeerNode.StartAsync(
            new() { Name = name, StatePath = Path.Combine(_folder.FullName, name), ListenAddresses = [IPAddress.Loopback] },
            loggerFactory: null,
            services => services.AddSingleton<IPeerLocator>(_locator),
            CancellationToken.None);
        node.Identities.Create(name, classifier: null, suite: null, makeDefault: true, password: []);
        return node;
    }

    /// <summary>An invitation for a node's identity, by the one who made the group.</summary>
    public async Task<string> InviteAsync(PeerNode node) => (await _nodes[0].Groups.InviteAsync(
        Group, new() { Certificate = node.Identities.Default!.Certificate }, CancellationToken.None)).Xml;

    /// <summary>Has a node join, and waits until it is among the others.</summary>
    public static Task<PeerGroup> JoinAsync(PeerNode node, string invitation) => node.Groups.JoinAsync(
        new() { Invitation = invitation, IsConnected = true, Timeout = Patience },
        ReadOnlyMemory<char>.Empty,
        progress: null,
        CancellationToken.None);

    /// <summary>Publishes a record.</summary>
    public Task<PeerRecord> AddAsync(PeerNode node)
    {
        byte[] payload = new byte[RealGraph.PayloadLength];
        SystemRandomSource.Instance.Fill(payload);
        return node.Groups.Graphs.AddRecordAsync(
            Group,
            new() { Type = Type, Data = payload, Expires = DateTimeOffset.UtcNow + TimeSpan.FromDays(1) },
            CancellationToken.None);
    }

    /// <summary>The graph below the group, as each node sees it.</summary>
    public async Task<PeerGraph[]> DescribeAsync() => await Task.WhenAll(
        _nodes.Select(async node => (await node.Groups.Graphs.ListAsync(false, CancellationToken.None)).Single()));

    public async ValueTask DisposeAsync()
    {
        foreach (PeerNode node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
