using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>A server in a process of its own: a peer that has a file in its cache, a content server that serves it, or a node that
/// has published files.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string PeerOption = "--serve-peer";
    private const string ContentOption = "--serve-content";
    private const string NodeOption = "--serve-node";

    private readonly Process _process;

    private ServerProcess(Process process, IPEndPoint endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>What it has cost so far.</summary>
    public TimeSpan ProcessorTime => OtherProgram.ReadProcessorTime(_process);

    /// <summary>A secret that all peers share, so that their segments have equal ids.</summary>
    public static ServerSecret Secret { get; } = ServerSecret.FromPassphrase("figures");

    /// <summary>Starts a peer.</summary>
    /// <param name="path">The file that it has.</param>
    /// <param name="folder">Where its cache is to be.</param>
    /// <param name="version">The version of its segments.</param>
    public static Task<ServerProcess> StartPeerAsync(
        string path, string folder, PeerContentVersion version = PeerContentVersion.V1) =>
        StartAsync(PeerOption, path, folder, version.ToString());

    /// <summary>Starts a content server.</summary>
    public static Task<ServerProcess> StartContentServerAsync(string path) => StartAsync(ContentOption, path);

    /// <summary>Starts a node that publishes the files of a folder.</summary>
    public static Task<ServerProcess> StartNodeAsync(string folder, string state) => StartAsync(NodeOption, folder, state);

    /// <summary>Opens a cache in a folder, which is made.</summary>
    public static DataCache OpenCache(string folder)
    {
        Directory.CreateDirectory(folder);
        return DataCache.Open(
            new() { SettingsPath = Path.Combine(folder, "cache.json"), Folder = folder, Size = new(null, 100) },
            TimeProvider.System,
            NullLogger.Instance);
    }

    /// <summary>Whether this process was started to serve.</summary>
    public static bool IsFor(string[] args) => args is [PeerOption or ContentOption or NodeOption, ..];

    /// <summary>Serves until the input ends.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using IAsyncDisposable server = args[0] switch
        {
            PeerOption => await ServePeerAsync(args[1], args[2], Enum.Parse<PeerContentVersion>(args[3])),
            ContentOption => await ServeContentAsync(args[1]),
            _ => await ServeNodeAsync(args[1], args[2]),
        };
        await Console.In.ReadLineAsync();
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<ServerProcess> StartAsync(params string[] args)
    {
        Process process = Process.Start(SameProgram.Describe(args))!;
        string port = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The server did not start.");
        return new(process, new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
    }

    private static async Task<IAsyncDisposable> ServePeerAsync(string path, string folder, PeerContentVersion version)
    {
        DataCache cache = OpenCache(folder);
        var request = new HashRequest
        {
            Versions = [version],
            Name = "content",
            Sink = new CacheSink(cache),
            Secret = Secret,
        };
        await ContentHasher.HashFileAsync(path, request, default);
        var endpoint = new RetrievalEndpoint(
            new RetrievalServer(cache, new(), SystemRandomSource.Instance, TimeProvider.System),
            TimeProvider.System,
            NullLogger<RetrievalEndpoint>.Instance);
        var router = new HttpRouter(new HttpRoute(RetrievalEndpoint.Path, endpoint.HandleAsync) { MaxBodyLength = 128 * 1024 });
        return await ListenAsync(router.HandleAsync);
    }

    private static async Task<IAsyncDisposable> ServeContentAsync(string path)
    {
        var handler = new ContentServerHandler(
            new SingleResource(path),
            TimeProvider.System,
            SystemRandomSource.Instance,
            NullLogger<ContentServerHandler>.Instance);
        return await ListenAsync(context => handler.HandleAsync(context, [default]));
    }

    private static async Task<IAsyncDisposable> ServeNodeAsync(string folder, string state)
    {
        PublisherNode node = await PublisherNode.StartAsync(folder, state);
        Console.WriteLine(node.Endpoint.Port);
        return node;
    }

    private static async Task<HttpServer> ListenAsync(RequestDelegate handler)
    {
        HttpServer server = await HttpServer.StartAsync(
            [new() { Address = IPAddress.Loopback, Port = 0 }],
            handler,
            new HttpServerOptions(),
            TimeProvider.System,
            NullLoggerFactory.Instance,
            default);
        Console.WriteLine(server.Endpoints[0].Port);
        return server;
    }

    /// <summary>One file, at every address.</summary>
    private sealed class SingleResource(string path) : IContentResources
    {
        private readonly ContentResource _resource = new(
            "content", path, Path.GetDirectoryName(path)!, null, Engine.Storage.FileStamp.TryRead(path)!.Value, "0");

        public ContentResource? Find(HttpAuthority authority, string wanted) => _resource;

        public PeerContentInformation? Describe(
            ContentResource resource, PeerContentVersion version, long offset, long length) => null;

        public void RequestHashing(ContentResource resource)
        {
        }
    }
}
