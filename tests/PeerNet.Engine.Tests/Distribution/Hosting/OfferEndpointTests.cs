using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Http;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

public sealed class OfferEndpointTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly OfferServer _offers = new(new FakeHostedStore());
    private readonly RecordingFetcher _fetcher = new();
    private readonly FetchRunner _fetches;
    private HttpServer? _http;

    public OfferEndpointTests() =>
        _fetches = new FetchRunner(new(), _fetcher, TimeProvider.System, NullLogger<FetchRunner>.Instance);

    public Task InitializeAsync() => Task.CompletedTask;

    // What xunit calls.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_http is not null)
        {
            await _http.DisposeAsync();
        }

        await _fetches.DisposeAsync();
    }

    [Theory]
    [InlineData("/0131501b-d67f-491b-9a40-c4bf27bcb4d4", OfferVectors.BatchedOffer, OfferVectors.Ok)]
    [InlineData("/0131501b-d67f-491b-9a40-c4bf27bcb4d4/", OfferVectors.BatchedOffer, OfferVectors.Ok)]
    [InlineData("/C574AC30-5794-4AEE-B1BB-6651C5315029", OfferVectors.InitialOffer, OfferVectors.Interested)]
    [InlineData("/C574AC30-5794-4AEE-B1BB-6651C5315029/", OfferVectors.SegmentInfo, OfferVectors.Ok)]
    public async Task Each_message_is_answered_at_its_URL_with_and_without_a_slash(string path, string vector, string expected)
    {
        RawAnswer answer = await PostAsync(path, OfferVectors.Bytes(vector));
        Assert.Equal(200, answer.Status);
        Assert.Equal("5", answer["Content-Length"]);
        Assert.Equal(OfferVectors.Bytes(expected), answer.Body);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    public async Task A_connection_is_used_again(string version)
    {
        byte[] body = OfferVectors.Bytes(OfferVectors.BatchedOffer);
        using RawHttp connection = await RawHttp.ConnectAsync(await ListenAsync());
        for (int i = 0; i < 3; i++)
        {
            await connection.SendAsync(
                $"POST {OfferFrame.V2Path} HTTP/{version}\r\nHost: x\r\nConnection: keep-alive\r\nContent-Length: {body.Length}\r\n\r\n");
            await connection.SendAsync(body);
            RawAnswer answer = await connection.ReadAsync();
            Assert.Equal(200, answer.Status);
            Assert.Equal(OfferVectors.Bytes(OfferVectors.Ok), answer.Body);
        }
    }

    [Fact]
    public async Task A_body_may_come_in_chunks()
    {
        byte[] body = OfferVectors.Bytes(OfferVectors.BatchedOffer);
        var request = new StringBuilder(
            $"POST {OfferFrame.V2Path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (byte[] chunk in body.Chunk(50))
        {
            request.Append(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n{Encoding.Latin1.GetString(chunk)}\r\n");
        }

        RawAnswer answer = await RawHttp.ExchangeAsync(await ListenAsync(), request.Append("0\r\n\r\n").ToString());
        Assert.Equal(200, answer.Status);
        Assert.Equal(2, _offers.Counters[OfferServerCounter.Segments]);
    }

    [Fact]
    public async Task The_answer_does_not_wait_for_the_blocks_which_come_from_the_source_of_the_request()
    {
        byte[] body = OfferVectors.Bytes(OfferVectors.BatchedOffer);
        _fetcher.IsHeld = true;

        RawAnswer answer = await PostAsync(OfferFrame.V2Path, body);

        Assert.Equal(200, answer.Status);
        await _fetcher.Started.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(_fetcher.Requests.TryPeek(out FetchRequest? request));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8008), request.Offer.Client);
    }

    [Theory]
    [InlineData(OfferVectors.InitialOffer, OfferFrame.V2Path)]
    [InlineData(OfferVectors.BatchedOffer, OfferFrame.V1Path)]
    [InlineData("", OfferFrame.V1Path)]
    [InlineData("00 02 0003 00000000  1F48 000000000000", OfferFrame.V2Path)] // no descriptor
    [InlineData("00 02 0004 00000000  1F48 000000000000", OfferFrame.V2Path)]
    [InlineData(OfferVectors.BatchedOffer + "00", OfferFrame.V2Path)]
    public async Task What_is_no_message_of_the_URL_gets_400(string vector, string path)
    {
        Assert.Equal(400, (await PostAsync(path, OfferVectors.Bytes(vector))).Status);
        Assert.Equal(1, _offers.Counters[OfferServerCounter.Malformed]);
        Assert.Empty(_fetcher.Requests);
    }

    [Theory]
    [InlineData(129)]
    [InlineData(1_500)]
    [InlineData(5_000)]
    public async Task Too_many_descriptors_get_400_however_many_they_are(int count)
    {
        byte[] golden = OfferVectors.Bytes(OfferVectors.BatchedOffer);
        byte[] body = [.. golden[..16], .. Enumerable.Repeat(golden[16..75], count).SelectMany(bytes => bytes)];
        Assert.Equal(400, (await PostAsync(OfferFrame.V2Path, body)).Status);
        Assert.Empty(_fetcher.Requests);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task Only_POST_is_a_method(string method)
    {
        RawAnswer answer = await RawHttp.ExchangeAsync(
            await ListenAsync(), $"{method} {OfferFrame.V2Path} HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal((405, "POST"), (answer.Status, answer["Allow"]));
    }

    [Fact]
    public async Task Whatever_comes_is_answered_with_200_or_400()
    {
        var random = new SeededBytes();
        byte[][] goldens =
        [
            OfferVectors.Bytes(OfferVectors.InitialOffer),
            OfferVectors.Bytes(OfferVectors.SegmentInfo),
            OfferVectors.Bytes(OfferVectors.BatchedOffer),
        ];
        byte[] buffer = new byte[4096];
        using RawHttp connection = await RawHttp.ConnectAsync(await ListenAsync());
        for (int i = 0; i < 3_000; i++)
        {
            int length = random.Mutate(goldens[random.Next(goldens.Length)], buffer);
            string path = random.Chance(2) ? OfferFrame.V1Path : OfferFrame.V2Path;
            await connection.SendAsync(
                [.. Encoding.Latin1.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"), .. buffer[..length]]);
            RawAnswer answer = await connection.ReadAsync();
            Assert.True(answer.Status is 200 or 400, $"Seed {random.Seed}, message {i}: {answer.Status}");
        }

        Assert.Equal(3_000, _offers.Counters[OfferServerCounter.Requests]);
    }

    private async Task<IPEndPoint> ListenAsync()
    {
        var router = new HttpRouter(Route(OfferFrame.V1Path, OfferVersion.V1), Route(OfferFrame.V2Path, OfferVersion.V2));
        _http = await TestServer.StartAsync(router.HandleAsync);
        return _http.Endpoints[0];
    }

    private HttpRoute Route(string path, OfferVersion version) =>
        new(path, new OfferEndpoint(_offers, _fetches, version, TimeProvider.System, NullLogger<OfferEndpoint>.Instance).HandleAsync)
        {
            MaxBodyLength = 2 * OfferFrame.MaximumRequest,
        };

    private async Task<RawAnswer> PostAsync(string path, byte[] body)
    {
        using RawHttp connection = await RawHttp.ConnectAsync(await ListenAsync());
        await connection.SendAsync($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n");
        await connection.SendAsync(body);
        return await connection.ReadAsync();
    }

    private sealed class RecordingFetcher : IBlockFetcher
    {
        public ConcurrentQueue<FetchRequest> Requests { get; } = new();

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether blocks never come.</summary>
        public bool IsHeld { get; set; }

        public async Task<(FetchOutcome Outcome, int Length)> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
        {
            Requests.Enqueue(request);
            Started.TrySetResult();
            if (IsHeld)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return (FetchOutcome.Stored, 1);
        }
    }
}
