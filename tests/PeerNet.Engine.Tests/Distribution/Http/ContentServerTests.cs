using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class ContentServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7 / 3))];
    private readonly Resources _resources;

    public ContentServerTests()
    {
        string path = _folder.Combine("manual.pdf");
        File.WriteAllBytes(path, _content);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        _resources = new(path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_browser_gets_the_file_with_strong_validators() => await ServeAsync(async client =>
    {
        using HttpResponseMessage response = await client.GetAsync("files/manual.pdf");

        Assert.Equal(_content, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/pdf", response.Content.Headers.ContentType?.ToString());
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        Assert.NotNull(response.Content.Headers.LastModified);
    });

    [Fact]
    public async Task Whoever_speaks_the_coding_gets_information_of_what_he_asked_for() => await ServeAsync(async client =>
    {
        using HttpResponseMessage whole = await AskAsync(client, "Version=1.0", null);
        using HttpResponseMessage range = await AskAsync(
            client, "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=2.0", "bytes=70000-70009");

        Assert.Equal(["peerdist"], whole.Content.Headers.ContentEncoding);
        Assert.Equal("Version=1.0, ContentLength=200000", whole.Headers.GetValues("X-P2P-PeerDist").Single());
        Assert.Equal((PeerContentVersion.V1, 0L, 200_000L), await ReadAsync(whole));
        Assert.Equal(HttpStatusCode.PartialContent, range.StatusCode);
        Assert.Equal("Version=1.1, ContentLength=10", range.Headers.GetValues("X-P2P-PeerDist").Single());
        Assert.Equal((PeerContentVersion.V2, 70_000L, 10L), await ReadAsync(range));
    });

    [Theory]
    [InlineData("Version=1.1, MissingDataRequest=true", "MinContentInformation=1.0, MaxContentInformation=2.0")]
    [InlineData("Version=1.1, MissingDataRequest=maybe", null)]
    [InlineData("Version=7.0", null)]
    [InlineData("Version=1.1", "MinContentInformation=3.0, MaxContentInformation=4.0")]
    public async Task Anybody_else_gets_the_content_itself(string parameters, string? extended) => await ServeAsync(async client =>
    {
        using HttpResponseMessage response = await AskAsync(client, parameters, extended);

        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal(_content, await response.Content.ReadAsByteArrayAsync());
    });

    [Fact]
    public async Task A_file_that_has_changed_is_served_plain_and_hashed_again() => await ServeAsync(async client =>
    {
        File.WriteAllBytes(_resources.Path, [1, 2, 3]);

        using HttpResponseMessage response = await AskAsync(client, "Version=1.1", "MinContentInformation=1.0, MaxContentInformation=1.0");

        Assert.Equal([1, 2, 3], await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("MakeHashRequest=true", response.Headers.GetValues("X-P2P-PeerDistEx").Single());
        Assert.True(_resources.IsHashingRequested);
    });

    [Theory]
    [InlineData("")]
    [InlineData("files/")]
    [InlineData("files/../files/other.pdf")]
    [InlineData("files/%2e%2e/secret")]
    [InlineData("files/manual.pdf/")]
    [InlineData("files/MANUAL.PDF")]
    public async Task Nothing_but_what_is_published_has_an_address(string path) => await ServeAsync(async client =>
    {
        using HttpResponseMessage response = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    });

    [Fact]
    public async Task Conditions_hold_for_information_too_and_nothing_is_written() => await ServeAsync(async client =>
    {
        using HttpResponseMessage first = await client.GetAsync("files/manual.pdf");
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);

        using HttpResponseMessage unchanged = await AskAsync(client, "Version=1.0", null);
        using HttpResponseMessage post = await client.PostAsync("files/manual.pdf", null);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(unchanged.Content.Headers.ContentEncoding);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    });

    [Fact]
    public async Task The_client_gets_information_and_then_what_is_missing() => await ServeAsync(async client =>
    {
        var uri = new Uri(client.BaseAddress!, "files/manual.pdf");
        using var servers = new ContentServerClient(TimeProvider.System);
        byte[] missing = new byte[1000];

        using ContentServerAnswer answer = await servers.GetAsync(uri, null, 0, null, isHashRequest: false, default);
        await servers.GetMissingAsync(uri, answer.EntityTag, 5000, missing, default);

        Assert.Equal(200_000, answer.Information!.Length);
        Assert.Equal(_content[5000..6000], missing);

        File.WriteAllBytes(_resources.Path, new byte[200_000]);
        PeerException changed = await Assert.ThrowsAsync<PeerException>(
            () => servers.GetMissingAsync(uri, answer.EntityTag, 5000, missing, default));
        Assert.Same(PeerErrors.ContentInvalidated, changed.Error);
    });

    private static async Task<HttpResponseMessage> AskAsync(
        HttpClient client, string parameters, string? extended, string? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "files/manual.pdf");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, peerdist");
        request.Headers.TryAddWithoutValidation("X-P2P-PeerDist", parameters);
        if (extended is not null)
        {
            request.Headers.TryAddWithoutValidation("X-P2P-PeerDistEx", extended);
        }

        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", range);
        }

        return await client.SendAsync(request);
    }

    private static async Task<(PeerContentVersion Version, long Offset, long Length)> ReadAsync(HttpResponseMessage response)
    {
        Assert.True(ContentInformationCodec.TryRead(
            await response.Content.ReadAsByteArrayAsync(), out PeerContentInformation? information));
        return (information.Version, information.Offset, information.Length);
    }

    private async Task ServeAsync(Func<HttpClient, Task> test)
    {
        await _resources.HashAsync();
        var handler = new ContentServerHandler(_resources, NullLogger<ContentServerHandler>.Instance);
        await using HttpServer server = await HttpServer.StartAsync(
            [new HttpEndpoint { Address = IPAddress.Loopback, Port = 0 }],
            handler.HandleAsync,
            new HttpServerOptions(),
            TimeProvider.System,
            NullLoggerFactory.Instance,
            default);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.Endpoints[0]}/") };
        await test(client);
    }

    private sealed class Resources(string path) : IContentResources
    {
        private readonly ServerSecret _secret = ServerSecret.FromPassphrase("a test");
        private readonly Dictionary<PeerContentVersion, PeerContentInformation> _information = [];
        private FileStamp _stamp;

        public string Path => path;

        public bool IsHashingRequested { get; private set; }

        public async Task HashAsync()
        {
            HashedContent content = await ContentHasher.HashFileAsync(
                path,
                new HashRequest { Versions = [PeerContentVersion.V1, PeerContentVersion.V2], Name = "manual.pdf" },
                default);
            foreach (ContentHashes hashes in content.Hashes)
            {
                _information[hashes.Version] = hashes.Describe(_secret, "manual.pdf");
            }

            _stamp = content.Stamp!.Value;
        }

        public ContentResource? Find(int port, string wanted) =>
            wanted == "/files/manual.pdf" ? new("manual.pdf", path, _stamp, "fingerprint") : null;

        public PeerContentInformation? Describe(
            ContentResource resource, PeerContentVersion version, long offset, long length) =>
            ContentRange.Slice(_information[version], offset, length);

        public void RequestHashing(ContentResource resource) => IsHashingRequested = true;
    }
}
