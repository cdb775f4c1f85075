using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Hosting.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

/// <summary>Clients that offer, and then serve what they should not: over real sockets.</summary>
public sealed class HostileFetchTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeHostedStore _store = new();
    private RetrievalClient _client;
    private FetchRunner _fetches;

    // Who answers has time for it on any machine.
    public HostileFetchTests() => (_client, _fetches) = Create(Patience);

    public Task InitializeAsync() => Task.CompletedTask;

    // What xunit calls.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _fetches.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task An_honest_client_is_believed()
    {
        TestContent first = TestContent.V1(1, 200_000);
        TestContent second = TestContent.V2(2, 50_000);
        await using HostilePeer peer = await HostilePeer.StartAsync(context => AnswerAsync(context, request =>
            request.SegmentId == first.Id
                ? Encrypt(first, request, first.Block(request.Requested.NextFrom(0)))
                : Encrypt(second, request, second.Block(0))));

        await FetchAsync(Verified(first, peer), Sealed(second, peer));

        Assert.Equal(5, _fetches.Counters[FetchCounter.Blocks]);
        Assert.All(Enumerable.Range(0, 4), index => Assert.Equal(first.Block(index), _store.Blocks[(first.Id, index)]));
        Assert.Equal(50_000 / 16 * 16 + 16, _store.Sealed[(second.Id, 0)].Length);
    }

    [Fact]
    public async Task A_wrong_block_is_not_cached_and_no_more_is_asked_for()
    {
        TestContent content = TestContent.V1(1, 100 * 65536);
        await using HostilePeer peer = await HostilePeer.StartAsync(context => AnswerAsync(
            context, request => Encrypt(content, request, new byte[65536])));

        await FetchAsync(Verified(content, peer));

        Assert.Empty(_store.Blocks);
        Assert.InRange(peer.Requests, 1, new FetchLimits().RequestsPerClient);
        Assert.InRange(_fetches.Counters[FetchCounter.BlocksCorrupt], 1, peer.Requests);
    }

    [Theory]
    [InlineData(49_984)]
    [InlineData(16)]
    [InlineData(50_032)]
    [InlineData(393_200)]
    public async Task Ciphertext_of_another_length_is_not_cached(int length)
    {
        TestContent content = TestContent.V2(1, 50_000);
        await using HostilePeer peer = await HostilePeer.StartAsync(context => AnswerAsync(
            context, request => Write(request, new byte[length], new byte[16], BlockCipher.Aes128)));
        await AssertNothingAsync(content, peer);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task A_vector_of_another_length_is_not_cached(int length)
    {
        TestContent content = TestContent.V2(1, 50_000);
        await using HostilePeer peer = await HostilePeer.StartAsync(context => AnswerAsync(
            context, request => Write(request, new byte[50_016], new byte[length], BlockCipher.Aes128)));
        await AssertNothingAsync(content, peer);
    }

    [Theory]
    [InlineData(0)] // in the clear
    [InlineData(4)]
    public async Task Another_cipher_is_not_cached(int cipher)
    {
        TestContent content = TestContent.V2(1, 50_000);
        await using HostilePeer peer = await HostilePeer.StartAsync(context => AnswerAsync(
            context, request => Write(request, new byte[50_016], new byte[16], (BlockCipher)cipher)));
        await AssertNothingAsync(content, peer);
    }

    [Theory]
    [InlineData(7, 4)] // a list of blocks
    [InlineData(3, 3)] // version 3.0
    public async Task A_message_of_another_type_or_version_is_not_cached(int place, byte value)
    {
        TestContent content = TestContent.V2(1, 50_000);
        await using HostilePeer peer = await HostilePeer.StartAsync(context => AnswerAsync(context, request =>
        {
            byte[] bytes = Encrypt(content, request, content.Block(0));
            bytes[RetrievalFrame.PrefixLength + place] = value;
            return bytes;
        }));
        await AssertNothingAsync(content, peer);
    }

    // A socket knows when nobody reads any more; a web server is told later.
    [Fact]
    public async Task A_body_without_end_is_not_read_to_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<long> flood = FloodAsync(listener);
        FetchOffer offer = Sealed(FetchBench.Id(1), (IPEndPoint)listener.LocalEndpoint);

        await FetchAsync(offer);

        Assert.InRange(await flood.WaitAsync(Patience), 1, 64 * 1024 * 1024);
        Assert.Equal(1, _fetches.Counters[FetchCounter.RequestsFailed]);
        Assert.Empty(_store.Sealed);
    }

    [Fact]
    public async Task A_slow_drip_costs_a_few_requests_and_then_the_client_is_refused()
    {
        await DisposeAsync();
        (_client, _fetches) = Create(TimeSpan.FromMilliseconds(500));
        await using HostilePeer peer = await HostilePeer.StartAsync(async context =>
        {
            while (true)
            {
                await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        });
        FetchOffer[] offers = [.. Enumerable.Range(0, 10_000).Select(i => Sealed(FetchBench.Id(i), peer.Endpoint))];

        await FetchAsync(offers);

        // Eight wait when the third fails; as many may have begun by then.
        Assert.InRange(peer.Requests, 3, 2 * new FetchLimits().RequestsPerClient);
        await _fetches.SubmitAsync([Sealed(FetchBench.Id(-1), peer.Endpoint)]);
        Assert.Equal(0, await _fetches.CountPendingAsync());
        Assert.Empty(_store.Sealed);
    }

    [Fact]
    public async Task Nobody_there_is_found_out_quickly()
    {
        HostilePeer gone = await HostilePeer.StartAsync(_ => Task.CompletedTask);
        IPEndPoint endpoint = gone.Endpoint;
        await gone.DisposeAsync();

        await FetchAsync([.. Enumerable.Range(0, 1_000).Select(i => Sealed(FetchBench.Id(i), endpoint))]);

        Assert.InRange(_fetches.Counters[FetchCounter.RequestsFailed], 1, 16);
    }

    [Fact]
    public async Task A_redirect_leads_nowhere()
    {
        await using HostilePeer third = await HostilePeer.StartAsync(_ => Task.CompletedTask);
        await using HostilePeer peer = await HostilePeer.StartAsync(context =>
        {
            context.Response.Redirect($"http://{third.Endpoint}/", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        await AssertNothingAsync(TestContent.V2(1, 50_000), peer);
        Assert.Equal(0, third.Requests);
    }

    [Fact]
    public async Task What_is_under_way_ends_with_the_service()
    {
        await using HostilePeer peer = await HostilePeer.StartAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var service = new FetchRunner(
            new(), new BlockFetcher(_client, _store), TimeProvider.System, NullLogger<FetchRunner>.Instance);
        await service.SubmitAsync([Sealed(FetchBench.Id(1), peer.Endpoint)]);

        await service.DisposeAsync().AsTask().WaitAsync(Patience);

        await service.SubmitAsync([Sealed(FetchBench.Id(2), peer.Endpoint)]);
        Assert.Empty(_store.Sealed);
    }

    // Sends a body without end, and says how much of it was taken.
    private static async Task<long> FloodAsync(TcpListener listener)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        await socket.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        byte[] junk = new byte[65536];
        long sent = 0;
        try
        {
            while (true)
            {
                sent += await socket.SendAsync(junk);
            }
        }
        catch (SocketException)
        {
            return sent;
        }
    }

    private static async Task AnswerAsync(HttpContext context, Func<GetBlks, byte[]> answer)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Assert.True(RetrievalFrame.TryReadRequest(body.ToArray(), out _, out Engine.Wire.WireReader reader));
        Assert.True(GetBlks.TryRead(ref reader, out GetBlks request));
        byte[] bytes = answer(request);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }

    private static byte[] Encrypt(TestContent content, GetBlks request, byte[] block)
    {
        byte[] vector = RandomNumberGenerator.GetBytes(16);
        using var aes = Aes.Create();
        aes.Key = content.Segment.Secret[..16].ToArray();
        return Write(request, aes.EncryptCbc(block, vector), vector, BlockCipher.Aes128);
    }

    private static byte[] Write(GetBlks request, byte[] data, byte[] vector, BlockCipher cipher)
    {
        var message = new Blk
        {
            SegmentId = request.SegmentId.Bytes,
            BlockIndex = (uint)request.Requested.NextFrom(0),
            Block = data,
            InitializationVector = vector,
        };
        byte[] bytes = new byte[RetrievalFrame.GetResponseLength(message)];
        RetrievalFrame.WriteResponse(bytes, message, RetrievalVersion.V1, cipher);
        return bytes;
    }

    private static FetchOffer Verified(TestContent content, HostilePeer peer) => new()
    {
        Client = peer.Endpoint,
        Id = content.Id,
        Segment = content.Segment,
        Wanted = BlockSet.First(content.Segment.BlockCount),
    };

    private static FetchOffer Sealed(TestContent content, HostilePeer peer) => Sealed(content.Id, peer.Endpoint, content.Bytes.Length);

    private static FetchOffer Sealed(SegmentId id, IPEndPoint client, int length = 50_000) => new()
    {
        Client = client,
        Id = id,
        Sealed = new SealedSegment(id, PeerContentVersion.V2, length, Guid.Empty),
        Wanted = BlockSet.First(1),
    };

    private (RetrievalClient Client, FetchRunner Fetches) Create(TimeSpan requestTimeout)
    {
        var client = new RetrievalClient(
            new() { RequestTimeout = requestTimeout }, SystemRandomSource.Instance, TimeProvider.System, NullLogger<RetrievalClient>.Instance);
        return (client, new FetchRunner(
            new(), new BlockFetcher(client, _store), TimeProvider.System, NullLogger<FetchRunner>.Instance));
    }

    private async Task AssertNothingAsync(TestContent content, HostilePeer peer)
    {
        await FetchAsync(Sealed(content, peer));
        Assert.Empty(_store.Sealed);
        Assert.Equal(0, _fetches.Counters[FetchCounter.Blocks]);
        Assert.Equal(1, _fetches.Counters[FetchCounter.Incomplete]);
        Assert.Equal(1, peer.Requests);
    }

    private async Task FetchAsync(params FetchOffer[] offers)
    {
        await _fetches.SubmitAsync(offers);
        using var patience = new CancellationTokenSource(Patience);
        while (await _fetches.CountPendingAsync() > 0)
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
