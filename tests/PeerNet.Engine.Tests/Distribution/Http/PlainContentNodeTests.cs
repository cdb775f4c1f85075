using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Distribution.Http;

/// <summary>What a node makes of content that a server sends plain while it is still hashing it.</summary>
public sealed class PlainContentNodeTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
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

        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(70_000, 200_000)]
    public async Task It_is_in_the_cache_when_the_server_has_hashed_it(int offset, int? length)
    {
        await using ContentServerRig rig = await StartServerAsync();
        PeerNode node = await StartAsync();
        var tag = Guid.NewGuid();

        PeerContentReceipt receipt = await ReceiveAsync(node, rig, new() { Path = "", Offset = offset, Length = length, Tag = tag });
        Assert.False(receipt.Verified);
        await WaitForCacheAsync(node);
        Assert.All((await GetCacheAsync(node)).Segments, segment => Assert.Equal(tag, segment.Tag));

        PeerContentReceipt again = await ReceiveAsync(node, rig, new() { Path = "", Offset = offset, Length = length });
        Assert.True(again.Verified);
        Assert.True(again.BytesFromCache > 0);
        Assert.Equal(File.ReadAllBytes(rig.Path)[offset..(offset + (length ?? 400_000 - offset))], File.ReadAllBytes(again.Path!));
    }

    // The hash request comes behind the file that its user has changed by then: what is not the content stays out.
    [Fact]
    public async Task Only_what_is_still_the_content_gets_into_the_cache()
    {
        byte[] content = new byte[400_000];
        new Random(2).NextBytes(content);
        await using ContentServerRig rig = await StartServerAsync(content);
        rig.HashesOnRequest = false;
        PeerNode node = await StartAsync();
        await node.Distribution.ConfigureAsync(new() { PreferredVersion = PeerContentVersion.V1 }, default);

        PeerContentReceipt receipt = await ReceiveAsync(node, rig, new() { Path = "" });
        byte[] changed = File.ReadAllBytes(receipt.Path!);
        changed[100_000] ^= 1;
        File.WriteAllBytes(receipt.Path!, changed);
        await rig.HashAsync();
        await WaitForCacheAsync(node, blocks: 6);

        // Blocks are taken in from the first to the last, which is the seventh.
        PeerCacheSegment segment = Assert.Single((await GetCacheAsync(node)).Segments);
        Assert.Equal((7, 6), (segment.BlockCount, segment.BlocksHeld));
    }

    [Theory]
    [InlineData(PeerDistributionMode.Local, true, false)]
    [InlineData(PeerDistributionMode.Disabled, false, false)]
    [InlineData(PeerDistributionMode.Local, false, true)]
    public async Task Nobody_is_asked_for_what_is_not_to_be_cached(PeerDistributionMode mode, bool noCache, bool isNear)
    {
        const string plain = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nX-P2P-PeerDistEx: MakeHashRequest=true\r\nContent-Length: 2\r\n\r\nab";
        await using ScriptedServer server = ScriptedServer.Saying(plain);
        PeerNode node = await StartAsync();
        await node.Distribution.ConfigureAsync(
            new() { Mode = mode, MinimumLatency = isNear ? TimeSpan.FromMinutes(1) : null }, default);

        await node.Distribution.ReceiveAsync(
            new() { Uri = server.Address, Path = _folder.Combine("file"), NoCache = noCache }, null, default);
        await node.StopAsync(farewell: true, default);

        Assert.DoesNotContain("HashRequest", Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.Equal("ab", Encoding.ASCII.GetString(File.ReadAllBytes(_folder.Combine("file"))));
    }

    // A node that leaves does not wait for servers.
    [Fact]
    public async Task A_node_stops_while_a_server_does_not_answer()
    {
        const string plain = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nX-P2P-PeerDistEx: MakeHashRequest=true\r\nContent-Length: 2\r\n\r\nab";
        var asked = new TaskCompletionSource();
        await using ScriptedServer server = ScriptedServer.Start(async exchange =>
        {
            if (!exchange.Head.Contains("HashRequest=true", StringComparison.Ordinal))
            {
                await exchange.SendAsync(plain);
                return;
            }

            asked.SetResult();
            await exchange.HangAsync();
        });
        PeerNode node = await StartAsync();

        await node.Distribution.ReceiveAsync(new() { Uri = server.Address, Path = _folder.Combine("file") }, null, default);
        await asked.Task;
        await node.StopAsync(farewell: true, default);

        Assert.Equal(2, server.Requests.Count);
    }

    // What the server serves has been changed since it was hashed.
    private static async Task<ContentServerRig> StartServerAsync(byte[]? content = null)
    {
        ContentServerRig rig = await ContentServerRig.StartAsync();
        rig.HashesOnRequest = true;
        byte[] bytes = content ?? new byte[400_000];
        if (content is null)
        {
            new Random(1).NextBytes(bytes);
        }

        File.WriteAllBytes(rig.Path, bytes);
        File.SetLastWriteTimeUtc(rig.Path, ContentServerRig.Modified.UtcDateTime.AddDays(1));
        return rig;
    }

    private async Task<PeerContentReceipt> ReceiveAsync(PeerNode node, ContentServerRig rig, PeerReceiveRequest request) =>
        await node.Distribution.ReceiveAsync(
            request with { Uri = rig.Uri, Path = _folder.Combine(Guid.NewGuid().ToString("n")) }, null, default);

    private static async Task<PeerCache> GetCacheAsync(PeerNode node) =>
        Assert.Single(await node.Distribution.GetCachesAsync([PeerCacheType.Data], new(), default));

    private static async Task WaitForCacheAsync(PeerNode node, int blocks = 1)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await GetCacheAsync(node)).Segments.Sum(segment => segment.BlocksHeld) < blocks)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private async Task<PeerNode> StartAsync()
    {
        PeerNode node = await PeerNode.StartAsync(
            new() { Name = "node", StatePath = _folder.Combine("node"), ListenAddresses = [IPAddress.Loopback] },
            loggerFactory: null,
            services => services
                .AddSingleton<INetworkInterfaces>(new FakeInterfaces(FakeInterfaces.Loopback))
                .AddSingleton<IMulticastNetwork>(new FakeMulticast()),
            CancellationToken.None);
        _nodes.Add(node);
        await node.Distribution.ConfigureAsync(new() { Mode = PeerDistributionMode.Local }, default);
        return node;
    }
}
