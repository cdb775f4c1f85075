using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

public sealed class OfferRunnerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeTransport _transport = new();

    public void Dispose() => _transport.Dispose();

    // MS-PCHC note 9.
    [Theory]
    [InlineData(10, 2, true)]
    [InlineData(10, 1, false)]
    [InlineData(11, 2, false)]
    [InlineData(4, 1, true)]
    [InlineData(1, 1, true)]
    [InlineData(1, 0, false)]
    public async Task A_segment_is_offered_where_a_fifth_of_it_is_new(int blocks, int newBlocks, bool isOffered)
    {
        TestContent content = TestContent.V1(1, blocks * 65536, blocks);
        await using OfferRunner service = Create(new());
        service.Offer(content.Information, [new DownloadedSegment(content.Segments[0], newBlocks)], Guid.Empty);

        if (isOffered)
        {
            await _transport.NextAsync();
        }

        Assert.Equal(isOffered ? 1 : 0, service.Counters[OfferClientCounter.Segments]);
        Assert.Equal(isOffered ? 0 : 1, service.Counters[OfferClientCounter.TooLittleNew]);
    }

    [Fact]
    public async Task An_offer_names_the_port_of_retrieval_and_the_tag()
    {
        TestContent content = TestContent.V2(1, 1000, 1000);
        Guid tag = Guid.Parse("11111111-2222-3333-4444-555555555555");
        await using OfferRunner service = Create(new());
        Offer(service, content, tag);

        (Uri uri, byte[] bytes) = await _transport.NextAsync();

        Assert.Equal("http://192.0.2.1/0131501b-d67f-491b-9a40-c4bf27bcb4d4", uri.ToString());
        Assert.True(OfferFrame.TryRead(bytes, out OfferHeader header, out Engine.Wire.WireReader body));
        Assert.True(BatchedOffer.TryRead(ref body, out BatchedOffer batch));
        Assert.Equal(4711, header.Port);
        Assert.All(batch.Segments, segment => Assert.Equal(tag, segment.Tag.Value));
    }

    [Fact]
    public async Task A_hosted_cache_that_does_not_answer_is_waited_for_as_long_as_the_timer_runs()
    {
        _transport.IsSilent = true;
        await using OfferRunner service = Create(new() { Attempts = 1 });
        Offer(service, TestContent.V2(1, 1000, 1000));
        await _transport.NextAsync();

        Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(0, _transport.Cancelled);
        Advance(TimeSpan.FromSeconds(2));

        await WaitAsync(() => _transport.Cancelled == 1);
        Assert.Equal(1, service.Counters[OfferClientCounter.Expired]);
    }

    [Fact]
    public async Task What_waits_is_sent_when_the_node_stops()
    {
        OfferRunner service = Create(new() { OfferInterval = TimeSpan.FromSeconds(1) });
        Offer(service, TestContent.V2(1, 300, 1));
        Assert.Equal(128, Count(await _transport.NextAsync()));

        Task stop = service.DisposeAsync().AsTask();
        Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(128, Count(await _transport.NextAsync()));
        Assert.False(stop.IsCompleted);
        Advance(TimeSpan.FromSeconds(0.9));
        Advance(TimeSpan.FromSeconds(0.2));

        await stop.WaitAsync(Patience);
        Offer(service, TestContent.V2(1, 300, 1));
        Assert.True(_transport.Requests.Count <= 1);
    }

    [Fact]
    public async Task A_silent_hosted_cache_does_not_keep_a_node_from_stopping()
    {
        _transport.IsSilent = true;
        OfferRunner service = Create(new());
        Offer(service, TestContent.V2(1, 1000, 1000));
        await _transport.NextAsync();

        Task stop = service.DisposeAsync().AsTask();
        Assert.False(stop.IsCompleted);
        _time.Advance(OfferLimits.FlushTime);

        await stop.WaitAsync(Patience);
        Assert.Equal(1, _transport.Cancelled);
    }

    [Fact]
    public async Task A_node_stops_at_once_where_no_hosted_cache_is_there_to_be_offered_to()
    {
        _transport.Reply = OfferReply.Without("nobody is there.");
        OfferRunner service = Create(new() { Attempts = 5 });
        Offer(service, TestContent.V2(1, 1000, 1000));
        await _transport.NextAsync();
        await WaitAsync(() => service.Counters[OfferClientCounter.Failed] == 1);

        await service.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    private static int Count((Uri Uri, byte[] Bytes) request) => (request.Bytes.Length - 16) / 59;

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    private static void Offer(OfferRunner service, TestContent content, Guid tag = default) => service.Offer(
        content.Information,
        [.. content.Segments.Select(segment => new DownloadedSegment(segment, segment.BlockCount))],
        tag);

    private OfferRunner Create(OfferLimits limits) => new(
        2, limits, [new("http://192.0.2.1/")], _transport, 4711, _time, NullLogger<OfferRunner>.Instance);

    private void Advance(TimeSpan time) => _time.Advance(time);

    private sealed class FakeTransport : IOfferTransport
    {
        private readonly SemaphoreSlim _arrived = new(0);
        private int _cancelled;

        public ConcurrentQueue<(Uri Uri, byte[] Bytes)> Requests { get; } = new();

        public OfferReply Reply { get; set; } = OfferReply.Of(OfferResponseCode.Ok);

        /// <summary>Whether no answer comes.</summary>
        public bool IsSilent { get; set; }

        public int Cancelled => Volatile.Read(ref _cancelled);

        public async Task<(Uri Uri, byte[] Bytes)> NextAsync()
        {
            Assert.True(await _arrived.WaitAsync(Patience));
            Assert.True(Requests.TryDequeue(out (Uri, byte[]) request));
            return request;
        }

        public async Task<OfferReply> PostAsync(Uri uri, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
        {
            Requests.Enqueue((uri, request.ToArray()));
            _arrived.Release();
            if (IsSilent)
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref _cancelled);
                    throw;
                }
            }

            return Reply;
        }

        public void Dispose() => _arrived.Dispose();
    }
}
