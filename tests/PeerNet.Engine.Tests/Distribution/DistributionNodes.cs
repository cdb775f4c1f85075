using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Distribution;

/// <summary>Nodes that distribute content over loopback, and a folder for what they publish and receive.</summary>
internal sealed class DistributionNodes : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<PeerNode> _nodes = [];
    private readonly HttpClient _client = new();

    public string Location => _folder.Location;

    public string Combine(string name) => _folder.Combine(name);

    /// <summary>A file below the folder.</summary>
    public string Write(string name, string content)
    {
        string path = _folder.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Starts a node; one of a name that was used before finds the state of that.</summary>
    public async Task<PeerNode> StartAsync(string name = "node")
    {
        PeerNode node = await PeerNode.StartAsync(
            new() { Name = name, StatePath = _folder.Combine(name), ListenAddresses = [IPAddress.Loopback] },
            loggerFactory: null,
            services => services
                .AddSingleton<INetworkInterfaces>(new FakeInterfaces(FakeInterfaces.Loopback))
                .AddSingleton<IMulticastNetwork>(new FakeMulticast()),
            CancellationToken.None);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Publishes a file below a prefix, under its name.</summary>
    public static Task PublishAsync(PeerNode node, string path, string prefix, bool replace = false) =>
        node.Distribution.PublishAsync(
            new()
            {
                ContentId = Path.GetFileName(path),
                Path = path,
                HttpPrefix = prefix,
                ServedAs = Path.GetFileName(path),
                Replace = replace,
            },
            null,
            default);

    /// <summary>What a server says to a GET.</summary>
    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string address)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri(address));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Whether somebody accepts connections at a port.</summary>
    public static async Task<bool> ListensAsync(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>A port that is free on every address.</summary>
    public static int FindFreePort()
    {
        using Socket socket = Hold(0);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Takes a port of every address.</summary>
    public static Socket Hold(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, port));
        socket.Listen();
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (PeerNode node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }
}
