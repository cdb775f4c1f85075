using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Distribution.Hosting.Protocol;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

/// <summary>A hosted cache and its clients, each a node of its own, over loopback.</summary>
public sealed class HostedCacheNodeTests : IAsyncLifetime, IAsyncDisposable
{
    private const int Length = 3_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _certificate = OfferTransportTests.Issue();
    private readonly List<PeerNode> _nodes = [];

    public Task InitializeAsync() => Task.CompletedTask;

    // What xunit calls.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (PeerNode node in _nodes)
        {
            await node.DisposeAsync();
        }

        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1, PeerContentVersion.V1, false)]
    [InlineData(2, PeerContentVersion.V1, true)]
    [InlineData(2, PeerContentVersion.V2, true)]
    public async Task A_hosted_cache_fills_by_offers_and_serves(int version, PeerContentVersion content, bool isSealed)
    {
        PeerNode cache = await StartCacheAsync(new() { Certificate = _certificate.Export(X509ContentType.Pkcs12) });
        PeerNode first = await StartClientAsync(cache, version);
        string source = CreateFile();
        PeerContentInformation information = await first.Distribution
            .ComputeInformationAsync(source, content, 0, null, null, default);

        PeerContentReceipt receipt = await first.Distribution.ReceiveAsync(
            new() { Path = _folder.Combine("first"), Information = information, SourcePath = source }, null, default);
        Assert.Equal(Length, receipt.BytesFromSource);
        await WaitForFetchesAsync(cache, information.Segments.Count);
        await first.StopAsync(farewell: true, default);

        PeerNode second = await StartClientAsync(cache, version);
        receipt = await second.Distribution.ReceiveAsync(
            new() { Path = _folder.Combine("second"), Information = information }, null, default);

        Assert.Equal((Length, 0), (receipt.BytesFromHostedCache, receipt.BytesFromSource));
        Assert.Equal(await File.ReadAllBytesAsync(source), await File.ReadAllBytesAsync(_folder.Combine("second")));
        PeerCache held = Assert.Single(await cache.Distribution.GetCachesAsync([PeerCacheType.Data], new(), default));
        Assert.Equal(information.Segments.Count, held.Segments.Length);
        Assert.All(held.Segments, segment => Assert.Equal(isSealed, segment.IsSealed));
    }

    // What the second client has got from the hosted cache is not offered to it again.
    [Fact]
    public async Task What_came_from_the_hosted_cache_is_not_offered_to_it()
    {
        PeerNode cache = await StartCacheAsync(new());
        PeerNode first = await StartClientAsync(cache, 2);
        string source = CreateFile();
        PeerContentInformation information = Assert.Single(await first.Distribution.PublishAsync(
            new() { Path = source, ContentId = "published", Versions = [PeerContentVersion.V2], AddToCache = true }, null, default));
        await WaitForFetchesAsync(cache, information.Segments.Count);

        PeerNode second = await StartClientAsync(cache, 2);
        await second.Distribution.ReceiveAsync(
            new() { Path = _folder.Combine("second"), Information = information }, null, default);

        Assert.Equal(0, (await CountAsync(second))["OfferSegments"]);
        Assert.Equal(0, (await second.Distribution.GetStatusAsync(default)).HostedCache!.PendingOffers);
    }

    [Fact]
    public async Task Segments_of_version_2_are_not_offered_in_version_1()
    {
        PeerNode cache = await StartCacheAsync(new() { Certificate = _certificate.Export(X509ContentType.Pkcs12) });
        PeerNode client = await StartClientAsync(cache, 1);
        string source = CreateFile();
        PeerContentInformation information = await client.Distribution
            .ComputeInformationAsync(source, PeerContentVersion.V2, 0, null, null, default);

        await client.Distribution.ReceiveAsync(
            new() { Path = _folder.Combine("file"), Information = information, SourcePath = source }, null, default);

        IReadOnlyDictionary<string, long> counts = await CountAsync(client);
        Assert.Equal(information.Segments.Count, counts["OfferWrongVersion"]);
        Assert.Equal(0, counts["OfferRequests"]);
    }

    [Fact]
    public async Task A_hosted_cache_that_is_not_there_costs_a_download_nothing()
    {
        PeerNode cache = await StartCacheAsync(new());
        PeerNode client = await StartClientAsync(cache, 2);
        await cache.StopAsync(farewell: false, default);
        string source = CreateFile();
        PeerContentInformation information = await client.Distribution
            .ComputeInformationAsync(source, PeerContentVersion.V2, 0, null, null, default);

        PeerContentReceipt receipt = await client.Distribution.ReceiveAsync(
            new() { Path = _folder.Combine("file"), Information = information, SourcePath = source }, null, default);

        Assert.Equal(Length, receipt.BytesFromSource);
    }

    [Fact]
    public async Task A_cache_without_a_certificate_takes_offers_over_HTTP_only()
    {
        PeerNode cache = await StartCacheAsync(new());
        PeerDistributionNetwork network = (await cache.Distribution.GetStatusAsync(default)).Network!;
        Assert.Equal(0, network.HostedCachePort);
        Assert.Equal([new("TCP", network.RetrievalPort, "retrieval, and offers over HTTP")], network.PortsToOpen);
        Assert.Equal(400, await PostAsync(network.RetrievalPort, OfferFrame.V2Path));
        Assert.Equal(404, await PostAsync(network.RetrievalPort, OfferFrame.V1Path));
    }

    [Fact]
    public async Task A_cache_of_version_1_takes_offers_over_HTTPS_only()
    {
        PeerNode cache = await StartCacheAsync(
            new() { HostedCacheVersion = 1, Certificate = _certificate.Export(X509ContentType.Pkcs12) });
        PeerDistributionNetwork network = (await cache.Distribution.GetStatusAsync(default)).Network!;
        Assert.NotEqual(0, network.HostedCachePort);
        Assert.Equal(
            [new("TCP", network.RetrievalPort, "retrieval"), new("TCP", network.HostedCachePort, "offers over HTTPS")], network.PortsToOpen);
        Assert.Equal(404, await PostAsync(network.RetrievalPort, OfferFrame.V2Path));
    }

    [Fact]
    public async Task A_port_of_offers_that_was_asked_for_and_is_taken_changes_nothing()
    {
        PeerNode cache = await StartCacheAsync(new());
        int taken = (await cache.Distribution.GetStatusAsync(default)).Network!.RetrievalPort;
        PeerNode other = await StartAsync("other");

        PeerException error = await Assert.ThrowsAsync<PeerException>(() => other.Distribution.ConfigureAsync(
            new()
            {
                Mode = PeerDistributionMode.HostedServer,
                Certificate = _certificate.Export(X509ContentType.Pkcs12),
                HostedCachePort = taken,
            },
            default));

        Assert.Equal(PeerErrors.UnableToListen, error.Error);
        Assert.Equal(PeerDistributionMode.Distributed, (await other.Distribution.GetStatusAsync(default)).Mode);
    }

    [Fact]
    public async Task A_flood_of_bogus_offers_is_answered_and_costs_who_is_named_in_it_little()
    {
        PeerNode cache = await StartCacheAsync(new());
        int port = (await cache.Distribution.GetStatusAsync(default)).Network!.RetrievalPort;
        await using HostilePeer target = await HostilePeer.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        using RawHttp connection = await RawHttp.ConnectAsync(new(IPAddress.Loopback, port));
        for (int batch = 0; batch < 100; batch++)
        {
            SegmentDescriptor[] segments =
            [
                .. Enumerable.Range(batch * 128, 128).Select(i => new SegmentDescriptor(
                    65_536, 65_536, ContentTag.PeerNet, OfferHash.TruncatedSha512, FetchBench.Id(i))),
            ];
            byte[] body = OfferFrame.Write(new BatchedOffer(segments), (ushort)target.Endpoint.Port);
            string head = $"POST {OfferFrame.V2Path} HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n";
            await connection.SendAsync([.. Encoding.Latin1.GetBytes(head), .. body]);
            Assert.Equal(200, (await connection.ReadAsync()).Status);
        }

        using var patience = new CancellationTokenSource(Patience);
        while ((await cache.Distribution.GetStatusAsync(default)).HostedCache!.PendingFetches > 0)
        {
            await Task.Delay(10, patience.Token);
        }

        IReadOnlyDictionary<string, long> counts = await CountAsync(cache);
        Assert.Equal(12_800, counts["HostedCacheSegments"]);
        Assert.True(counts["FetchClientsRefused"] > 12_000);
        Assert.InRange(target.Requests, 1, 32);
        Assert.Equal(0, (await cache.Distribution.GetStatusAsync(default)).HostedCache!.HeldSegments);
    }

    private static async Task<int> PostAsync(int port, string path) => (await RawHttp.ExchangeAsync(
        new(IPAddress.Loopback, port), $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")).Status;

    private static async Task<IReadOnlyDictionary<string, long>> CountAsync(PeerNode node) =>
        (await node.Distribution.GetStatusAsync(default)).Statistics;

    private static async Task WaitForFetchesAsync(PeerNode cache, int segments)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await CountAsync(cache))["FetchCompleted"] < segments)
        {
            await Task.Delay(10, patience.Token);
        }

        PeerDistributionHostedCache status = (await cache.Distribution.GetStatusAsync(default)).HostedCache!;
        Assert.Equal((segments, 0), (status.HeldSegments, status.PendingFetches));
    }

    private string CreateFile()
    {
        byte[] bytes = new byte[Length];
        new Random(1).NextBytes(bytes);
        string path = _folder.Combine("source");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private async Task<PeerNode> StartCacheAsync(PeerDistributionChange change)
    {
        PeerNode node = await StartAsync("cache");
        await node.Distribution.ConfigureAsync(change with { Mode = PeerDistributionMode.HostedServer }, default);
        return node;
    }

    private async Task<PeerNode> StartClientAsync(PeerNode cache, int version)
    {
        PeerDistributionNetwork network = (await cache.Distribution.GetStatusAsync(default)).Network!;
        PeerNode node = await StartAsync("client");
        await node.Distribution.ConfigureAsync(
            new()
            {
                Mode = PeerDistributionMode.HostedClient,
                HostedCacheVersion = version,
                HostedCacheServers =
                    [version == 1 ? $"https://127.0.0.1:{network.HostedCachePort}/" : $"127.0.0.1:{network.RetrievalPort}"],
            },
            default);
        return node;
    }

    private async Task<PeerNode> StartAsync(string name)
    {
        PeerNode node = await PeerNode.StartAsync(
            new()
            {
                Name = $"{name}-{_nodes.Count}",
                StatePath = _folder.Combine($"{name}-{_nodes.Count}"),
                ListenAddresses = [IPAddress.Loopback],
            },
            loggerFactory: null,
            services => services
                .AddSingleton<INetworkInterfaces>(new FakeInterfaces(FakeInterfaces.Loopback))
                .AddSingleton<IMulticastNetwork>(new FakeMulticast())
                .AddSingleton(GetOptions(services) with { HostedCacheRoots = [_certificate] }),
            CancellationToken.None);
        _nodes.Add(node);
        return node;
    }

    private static DistributionServiceOptions GetOptions(IServiceCollection services) =>
        (DistributionServiceOptions)services
            .Last(service => service.ServiceType == typeof(DistributionServiceOptions)).ImplementationInstance!;
}
