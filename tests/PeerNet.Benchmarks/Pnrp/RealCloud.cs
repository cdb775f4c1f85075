using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Benchmarks.Pnrp;

/// <summary>Nodes with sockets, files and keys of their own, in the Loopback_ cloud; each has registered one name.</summary>
internal sealed class RealCloud : IAsyncDisposable
{
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peernet-benchmark-");
    private readonly List<PeerNode> _nodes = [];
    private readonly List<PeerName> _names = [];

    private RealCloud()
    {
    }

    public IReadOnlyList<PeerNode> Nodes => _nodes;

    public IReadOnlyList<PeerName> Names => _names;

    public static async Task<RealCloud> StartAsync(int count)
    {
        var cloud = new RealCloud();
        for (int i = 0; i < count; i++)
        {
            await cloud.AddAsync(i);
        }

        // The first resolves compile the code and wait for clouds that are still synchronizing.
        using var timeout = new CancellationTokenSource(LongestSettling);
        foreach (PeerNode node in cloud._nodes)
        {
            while (!await ResolveAsync(node, cloud._names[0]) && node != cloud._nodes[0])
            {
                timeout.Token.ThrowIfCancellationRequested();
            }
        }

        return cloud;
    }

    public static PeerName Unknown(int number) =>
        Parse(string.Create(CultureInfo.InvariantCulture, $"0.nobody-{number}"));

    public static async Task<bool> ResolveAsync(PeerNode node, PeerName name)
    {
        try
        {
            await foreach (PeerEndpointInfo _ in node.Pnrp.ResolveAsync(new() { Name = name }, CancellationToken.None))
            {
                return true;
            }
        }
        catch (PeerException unasked) when (unasked.Error == PeerErrors.NoOtherNode)
        {
            // The others are not known yet.
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PeerNode node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task AddAsync(int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"node-{number}");
        var options = new PeerNodeOptions
        {
            Name = name,
            StatePath = Path.Combine(_folder.FullName, name),
            ListenAddresses = [IPAddress.Loopback],
        };
        PeerNode node = await PeerNode.StartAsync(options, null, CancellationToken.None);
        _nodes.Add(node);
        await node.StartPnrpAsync(CancellationToken.None);
        if (number > 0)
        {
            string seed = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_nodes[0].GetStatus().Ports["Pnrp"]}");
            await node.Pnrp.ConfigureCloudAsync("Loopback_", null, null, [seed], CancellationToken.None);
        }

        PeerIdentity identity = node.Identities.Create(name, null, options.Suite, makeDefault: true, []);
        PeerName registered = Parse($"{identity.PeerName.Authority}.benchmark");
        _names.Add(registered);
        await node.Pnrp.RegisterAsync(new() { Name = registered, Port = 8080 }, CancellationToken.None);
    }

    private static PeerName Parse(string text) =>
        PeerName.TryParse(text, out PeerName? name) ? name : throw new InvalidOperationException($"'{text}' is no name.");
}
