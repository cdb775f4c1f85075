using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Nodes of one machine that has nothing but a loopback interface: real sockets, multicast in memory.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<PeerNode> _nodes = [];

    public FakeMulticast Multicast { get; } = new();

    /// <summary>Starts a node; the same name means the same state folder.</summary>
    public async Task<PeerNode> StartAsync(
        string name,
        Func<PeerNodeOptions, PeerNodeOptions>? options = null,
        INetworkInterfaces? interfaces = null,
        IMulticastNetwork? multicast = null,
        TimeProvider? time = null)
    {
        var defaults = new PeerNodeOptions { Name = name, StatePath = _folder.Combine(name) };
        PeerNode node = await PeerNode.StartAsync(
            options?.Invoke(defaults) ?? defaults,
            loggerFactory: null,
            services => services
                .AddSingleton(interfaces ?? new FakeInterfaces(FakeInterfaces.Loopback))
                .AddSingleton(multicast ?? Multicast)
                .AddSingleton<IDatagramNetwork>(new LoopbackNetwork())
                .AddSingleton(time ?? TimeProvider.System),
            CancellationToken.None);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A secured name of a new identity of the node.</summary>
    public static PeerName NewName(PeerNode node, string classifier = "name")
    {
        PeerIdentity identity = node.Identities.Create("Somebody", null, node.Options.Suite, makeDefault: true, []);
        return Name($"{identity.PeerName.Authority}.{classifier}");
    }

    public static PeerName Name(string text) =>
        PeerName.TryParse(text, out PeerName? name) ? name : throw new ArgumentException("No peer name.", nameof(text));

    /// <summary>All that a resolve finds; nothing also where nobody could be asked.</summary>
    public static async Task<List<PeerEndpointInfo>> ResolveAsync(
        PeerNode node, PeerName name, Func<PeerResolveRequest, PeerResolveRequest>? change = null)
    {
        var request = new PeerResolveRequest { Name = name };
        var found = new List<PeerEndpointInfo>();
        await foreach (PeerEndpointInfo result in ((PnrpService)node.Pnrp).FindAsync(
            change?.Invoke(request) ?? request, new SearchReport(), default))
        {
            found.Add(result);
        }

        return found;
    }

    public static async Task<PeerNameRegistration> RegisterAsync(
        PeerNode node, PeerName name, Func<PeerRegistrationRequest, PeerRegistrationRequest>? change = null)
    {
        var request = new PeerRegistrationRequest { Name = name, Port = 8080 };
        return Assert.Single(await node.Pnrp.RegisterAsync(change?.Invoke(request) ?? request, default));
    }

    /// <summary>The node's only cloud.</summary>
    public static async Task<PeerCloud> CloudAsync(PeerNode node) =>
        Assert.Single(await node.Pnrp.GetCloudsAsync(includeCache: true, default));

    /// <summary>Waits for an event; fails where none comes in a time that is long for any machine.</summary>
    public static async Task<PeerEvent> WaitForAsync(PeerNode node, Predicate<PeerEvent> wanted, Func<Task> action)
    {
        var happened = new TaskCompletionSource<PeerEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable subscription = node.Subscribe(candidate =>
        {
            if (wanted(candidate))
            {
                happened.TrySetResult(candidate);
            }
        });
        await action();
        return await happened.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PeerNode node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }
}
