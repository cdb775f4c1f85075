using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>A content server on loopback that serves one file, <c>/files/manual.pdf</c>, last written on 2 January 2026.</summary>
internal sealed class ContentServerRig : IContentResources, IAsyncDisposable
{
    public const string Address = "/files/manual.pdf";

    private readonly TemporaryFolder _folder = new();
    private readonly ServerSecret _secret = ServerSecret.FromPassphrase("a test");
    private readonly Dictionary<PeerContentVersion, PeerContentInformation> _information = [];
    private FileStamp _stamp;
    private string? _realPath;
    private HttpServer? _server;
    private int _hashRequests;
    private Task _hashing = Task.CompletedTask;

    private ContentServerRig(byte[] content)
    {
        Content = content;
        Directory.CreateDirectory(Root);
        File.WriteAllBytes(Path, content);
        File.SetLastWriteTimeUtc(Path, Modified.UtcDateTime);
    }

    public static DateTimeOffset Modified { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public byte[] Content { get; }

    /// <summary>A folder around the one that is published.</summary>
    public string Outside => _folder.Location;

    public string Root => _folder.Combine("published");

    public string Path => System.IO.Path.Combine(Root, "manual.pdf");

    public CollectingLoggerFactory Log { get; } = new();

    /// <summary>Versions that information is made in.</summary>
    public HashSet<PeerContentVersion> Versions { get; } = [PeerContentVersion.V1, PeerContentVersion.V2];

    /// <summary>How often hashing was asked for.</summary>
    public int HashRequests => Volatile.Read(ref _hashRequests);

    /// <summary>Whether hashing begins when it is asked for; else it is never done.</summary>
    public bool HashesOnRequest { get; set; }

    public IPEndPoint Endpoint => _server!.Endpoints[0];

    public Uri Uri => new($"http://{Endpoint}{Address}");

    public HttpClient Client { get; private set; } = new();

    public static async Task<ContentServerRig> StartAsync(byte[]? content = null)
    {
        var rig = new ContentServerRig(content ?? [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7 / 3))]);
        await rig.HashAsync();
        var handler = new ContentServerHandler(
            rig, TimeProvider.System, SystemRandomSource.Instance, rig.Log.CreateLogger<ContentServerHandler>());
        rig._server = await TestServer.StartAsync(
            context => handler.HandleAsync(context, [default]), log: rig.Log);
        rig.Client = new() { BaseAddress = new Uri($"http://{rig.Endpoint}/") };
        return rig;
    }

    /// <summary>Sends a request with header lines and reads the answer.</summary>
    public Task<RawAnswer> AskAsync(string method, params string[] headers) => AskAtAsync(Address, method, headers);

    public Task<RawAnswer> AskAtAsync(string target, string method, params string[] headers) => RawHttp.ExchangeAsync(
        Endpoint,
        $"{method} {target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        + string.Concat(headers.Select(header => header + "\r\n")) + "\r\n",
        isHead: method == "HEAD");

    public async Task HashAsync()
    {
        if (Content.Length == 0)
        {
            return;
        }

        HashedContent content = await ContentHasher.HashFileAsync(
            Path,
            new HashRequest { Versions = [PeerContentVersion.V1, PeerContentVersion.V2], Name = "manual.pdf" },
            default);
        foreach (ContentHashes hashes in content.Hashes)
        {
            _information[hashes.Version] = hashes.Describe(_secret, "manual.pdf");
        }

        _stamp = content.Stamp!.Value;
        _realPath = content.RealPath;
    }

    /// <summary>The file as it is published now.</summary>
    public ContentResource Resource => new("manual.pdf", Path, Root, _realPath, _stamp, "fingerprint");

    public ContentResource? Find(HttpAuthority authority, string path) => path == Address ? Resource : null;

    public PeerContentInformation? Describe(
        ContentResource resource, PeerContentVersion version, long offset, long length) =>
        Versions.Contains(version) ? ContentRange.Slice(_information[version], offset, length) : null;

    public void RequestHashing(ContentResource resource)
    {
        if (Interlocked.Increment(ref _hashRequests) == 1 && HashesOnRequest)
        {
            _hashing = Task.Run(HashAsync);
        }
    }

    /// <summary>What Last-Modified says.</summary>
    public static string Format(DateTimeOffset date) => date.ToString("R", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _hashing;
        _folder.Dispose();
    }
}
