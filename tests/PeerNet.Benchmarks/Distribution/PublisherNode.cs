using System.Net;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>A node as users have it, which has published the files of a folder below <see cref="Folder"/>, and has them in its
/// cache for peers.</summary>
internal sealed class PublisherNode : IAsyncDisposable
{
    /// <summary>The folder of the content server's addresses.</summary>
    public const string Folder = "files";

    private readonly PeerNode _node;

    private PublisherNode(PeerNode node, IPEndPoint endpoint)
    {
        _node = node;
        Endpoint = endpoint;
    }

    /// <summary>Where its content server listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Starts one.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="state">Its state folder.</param>
    public static async Task<PublisherNode> StartAsync(string folder, string state)
    {
        IPEndPoint endpoint = OtherProgram.FindEndpoint();
        var publisher = new PublisherNode(await StartNodeAsync("publisher", state), endpoint);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(file);
            await publisher._node.Distribution.PublishAsync(
                new()
                {
                    ContentId = name,
                    Path = file,
                    HttpPrefix = $"http://{endpoint}/{Folder}/",
                    ServedAs = name,
                    AddToCache = true,
                },
                null,
                default);
        }

        return publisher;
    }

    /// <summary>Starts a node with distribution as it is where nobody says otherwise, but on the loopback interface.</summary>
    public static async Task<PeerNode> StartNodeAsync(string name, string state)
    {
        PeerNode node = await PeerNode.StartAsync(
            new() { Name = name, StatePath = state, ListenAddresses = [IPAddress.Loopback] }, default);
        await node.StartDistributionAsync(default);
        return node;
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
