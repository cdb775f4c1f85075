using System.Net;
using System.Text;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Tests.Support;
using static PeerNet.Engine.Tests.Distribution.Retrieval.RetrievalBench;

namespace PeerNet.Engine.Tests.Distribution.Retrieval;

/// <summary>The HTTP of MS-PCCRR 2.1.1, on real sockets.</summary>
public sealed class RetrievalEndpointTests
{
    private static readonly TestContent Content = TestContent.V1(5, 16 * 65536, 16);
    private static readonly PeerContentSegment Segment = Content.Segments[0];
    private static readonly string Block = Encoding.Latin1.GetString(GetBlock(Segment.Id, 2));

    [Theory]
    [InlineData("HTTP/1.1\r\nHost: t\r\nContent-Length: {0}\r\n\r\n{1}")]
    [InlineData("HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {0}\r\n\r\n{1}")]
    [InlineData("HTTP/1.0\r\nContent-Length: {0}\r\n\r\n{1}")]
    [InlineData("HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n44\r\n{1}\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1;ext=1\r\n\0\r\n43\r\n{2}\r\n0\r\nTrailer: x\r\n\r\n")]
    public async Task A_body_may_be_delimited_in_any_way_and_needs_no_type(string rest)
    {
        await using HttpServer server = await ListenAsync(CreateServer(new ContentSource(Content)));
        string request = $"POST {RetrievalEndpoint.Path} "
            + string.Format(System.Globalization.CultureInfo.InvariantCulture, rest, Block.Length, Block, Block[1..]);

        RawAnswer answer = await RawHttp.ExchangeAsync(server.Endpoints[0], request);

        Assert.Equal((200, $"{answer.Body.Length}"), (answer.Status, answer["Content-Length"]));
        var block = ReadBlock(answer.Body);
        byte[] plain = new byte[65536];
        Assert.True(BlockEncryption.TryDecrypt(BlockCipher.Aes128, Segment.Secret.Span, block.Vector, block.Data, plain));
        Assert.True(plain.AsSpan().SequenceEqual(Content.GetBlock(Segment, 2)));
    }

    // HTTP has no body of a request that ends with the connection.
    [Theory]
    [InlineData("HTTP/1.1\r\nHost: t\r\n\r\n")]
    [InlineData("HTTP/1.0\r\n\r\n")]
    public async Task A_body_without_an_end_is_refused(string rest)
    {
        await using HttpServer server = await ListenAsync(CreateServer(new ContentSource(Content)));

        RawAnswer answer = await RawHttp.ExchangeAsync(server.Endpoints[0], $"POST {RetrievalEndpoint.Path} {rest}{Block}");

        Assert.InRange(answer.Status, 400, 411);
        Assert.Empty(answer.Body);
    }

    [Theory]
    [InlineData("POST", "/116B50EB-ECE2-41ac-8429-9F9E963361B7", 404)]
    [InlineData("POST", "/116b50eb-ece2-41ac-8429-9f9e963361b7/", 404)]
    [InlineData("POST", "/116B50EB-ECE2-41ac-8429-9F9E963361B7/x", 404)]
    [InlineData("POST", "/", 404)]
    [InlineData("GET", "/116B50EB-ECE2-41ac-8429-9F9E963361B7/", 405)]
    [InlineData("PUT", "/116B50EB-ECE2-41ac-8429-9F9E963361B7/", 405)]
    public async Task The_path_and_the_method_are_exact(string method, string path, int status)
    {
        await using HttpServer server = await ListenAsync(CreateServer(new ContentSource(Content)));

        RawAnswer answer = await RawHttp.ExchangeAsync(
            server.Endpoints[0], $"{method} {path} HTTP/1.1\r\nHost: t\r\nContent-Length: {Block.Length}\r\n\r\n{Block}");

        Assert.Equal((status, 0), (answer.Status, answer.Body.Length));
    }

    [Fact]
    public async Task A_body_that_is_no_message_gets_an_empty_400_and_the_connection_lives()
    {
        RetrievalServer retrieval = CreateServer(new ContentSource(Content));
        await using HttpServer server = await ListenAsync(retrieval);
        using RawHttp connection = await RawHttp.ConnectAsync(server.Endpoints[0]);
        var chance = new SeededBytes();
        byte[] damaged = new byte[512];
        for (int i = 0; i < 2000; i++)
        {
            int length = chance.Mutate(GetBlock(Segment.Id, 2), damaged);
            await connection.SendAsync(Post(damaged.AsSpan(0, length)));
            RawAnswer answer = await connection.ReadAsync();
            Assert.True(
                answer.Status == 200 || answer is { Status: 400, Body.Length: 0 }, $"Seed {chance.Seed}: {answer.Status}");
        }

        Assert.NotEqual(0, retrieval.Counters[RetrievalCounter.Malformed]);
        await connection.SendAsync(Post(GetBlock(Segment.Id, 2)));
        Assert.Equal(2, ReadBlock((await connection.ReadAsync()).Body).Index);
    }

    [Theory]
    [InlineData("Content-Length: 98305\r\n\r\n")]
    [InlineData("Content-Length: 9223372036854775807\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n")]
    public async Task A_body_that_is_too_long_is_not_waited_for(string rest)
    {
        await using HttpServer server = await ListenAsync(CreateServer(new ContentSource(Content)));
        using RawHttp connection = await RawHttp.ConnectAsync(server.Endpoints[0]);
        await connection.SendAsync($"POST {RetrievalEndpoint.Path} HTTP/1.1\r\nHost: t\r\n{rest}");
        await connection.SendAsync(new byte[110_000]);

        RawAnswer answer = await connection.ReadAsync();

        Assert.True(answer.Status is 413 or 400, $"{answer.Status}");
        Assert.True(await connection.IsClosedAsync());
    }

    [Fact]
    public async Task Sixty_four_clients_are_served_at_once_and_the_next_is_told_nothing()
    {
        var gate = new TaskCompletionSource();
        var source = new ContentSource(Content) { Gate = gate.Task };
        RetrievalServer retrieval = CreateServer(source);
        await using HttpServer server = await ListenAsync(retrieval);
        Task<RawAnswer>[] clients =
            [.. Enumerable.Range(0, 64).Select(i => PostAsync(server.Endpoints[0], GetBlock(Segment.Id, i % 16)))];
        Assert.True(SpinWait.SpinUntil(() => source.Reading == 64, TimeSpan.FromMinutes(1)), $"{source.Reading}");

        RawAnswer busy = await PostAsync(server.Endpoints[0], GetBlock(Segment.Id, 5));
        var empty = ReadBlock(busy.Body);
        Assert.Equal((200, 5, 0, 0), (busy.Status, empty.Index, empty.Next, empty.Data.Length));

        gate.SetResult();
        RawAnswer[] answers = await Task.WhenAll(clients);
        Assert.Equal(
            Enumerable.Range(0, 64).Select(i => i % 16), answers.Select(answer => ReadBlock(answer.Body).Index));
        Assert.True(SpinWait.SpinUntil(() => retrieval.ActiveClients == 0, TimeSpan.FromMinutes(1)));
        Assert.Equal(65552, ReadBlock((await PostAsync(server.Endpoints[0], GetBlock(Segment.Id, 5))).Body).Data.Length);
    }

    // 3.2.6.1
    [Fact]
    public async Task The_upload_timer_ends_an_exchange_whichever_side_is_slow()
    {
        var time = new FakeTimeProvider();
        var source = new ContentSource(Content) { Gate = new TaskCompletionSource().Task };
        RetrievalServer retrieval = CreateServer(source);
        await using HttpServer server = await ListenAsync(retrieval, time: time);
        Task<RawAnswer> slowServer = PostAsync(server.Endpoints[0], GetBlock(Segment.Id, 0));
        Assert.True(SpinWait.SpinUntil(() => source.Reading == 1, TimeSpan.FromMinutes(1)));

        time.Advance(RetrievalEndpoint.UploadTimeout);

        Assert.Equal(0, (await slowServer).Status);
        Assert.Equal(0, retrieval.ActiveClients);
        Assert.True(SpinWait.SpinUntil(() => retrieval.Counters[RetrievalCounter.TimedOut] == 1, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task What_the_cache_throws_is_an_empty_500_and_no_client_is_lost()
    {
        var log = new CollectingLoggerFactory();
        RetrievalServer retrieval = CreateServer(new ContentSource(Content) { IsBroken = true });
        await using HttpServer server = await ListenAsync(retrieval, log: log);

        RawAnswer answer = await PostAsync(server.Endpoints[0], GetBlock(Segment.Id, 0));

        Assert.Equal((500, 0, 0), (answer.Status, answer.Body.Length, retrieval.ActiveClients));
        Assert.Contains(log.Messages, message => message.Id == 3502);
    }

    // Whoever connects and says nothing, or little, takes places; they are few, and are had back.
    [Fact]
    public async Task A_flood_of_half_open_connections_is_bounded_and_leaves_again()
    {
        const int Limit = 64;
        var limits = new HttpServerOptions { MaxConnections = Limit };
        await using HttpServer server = await ListenAsync(CreateServer(new ContentSource(Content)), limits: limits);
        List<RawHttp> crowd = [];
        try
        {
            for (int i = 0; i < 20 * Limit; i++)
            {
                RawHttp connection = await RawHttp.ConnectAsync(server.Endpoints[0]);
                crowd.Add(connection);
                await connection.SendAsync($"POST {RetrievalEndpoint.Path} HTTP/1.1\r\nHost: t\r\n");
            }

            Assert.All(await Task.WhenAll(crowd.Skip(Limit).Select(one => one.IsClosedAsync())), Assert.True);
        }
        finally
        {
            crowd.ForEach(connection => connection.Dispose());
        }

        RawAnswer answer;
        do
        {
            // Until the server has seen the crowd go.
            answer = await PostAsync(server.Endpoints[0], GetBlock(Segment.Id, 1));
        }
        while (answer.Status == 0);
        Assert.Equal(1, ReadBlock(answer.Body).Index);
    }

    private static string Post(ReadOnlySpan<byte> body) =>
        $"POST {RetrievalEndpoint.Path} HTTP/1.1\r\nHost: t\r\nContent-Length: {body.Length}\r\n\r\n{Encoding.Latin1.GetString(body)}";

    private static Task<RawAnswer> PostAsync(IPEndPoint endpoint, byte[] body) => RawHttp.ExchangeAsync(endpoint, Post(body));
}
