using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download.Protocol;

/// <summary>What is under way: how long it may take, and whose block it is meanwhile.</summary>
public sealed class RequestsInFlightTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = new(1);

    private readonly EffectList<DownloadEffect> _effects = new();
    private readonly DownloadContext _context;
    private readonly RequestsInFlight _requests;
    private readonly SegmentSession _session;

    public RequestsInFlightTests()
    {
        TestContent content = TestContent.V1(1, 16 * 65_536, 16);
        var lists = new ServerInformationLists();
        _context = new(new(ContentLayout.Create(content.Information, 0, null), new(), lists, _effects), lists, _effects);
        _requests = new(_context);
        _session = new(0, content.Segments[0], BlockSet.First(16));
    }

    [Fact]
    public void Requests_expire_in_their_order_each_at_its_time()
    {
        DownloadRequest first = Begin(Start, 0);
        DownloadRequest second = Begin(Start + Tick, 1);
        Assert.Equal(Start + DownloadLimits.SecondRequestDelay, _context.Timers.NextDue);

        TimeSpan due = Start + DownloadLimits.RequestTimeout;
        Assert.False(_requests.TryTakeExpired(due - Tick, out _));
        Assert.True(_requests.TryTakeExpired(due, out DownloadRequest expired));
        Assert.Same(first, expired);
        Assert.False(_requests.TryTakeExpired(due, out _));
        Assert.True(_requests.TryTakeExpired(due + Tick, out expired));
        Assert.Same(second, expired);
    }

    [Fact]
    public void What_has_ended_does_not_expire()
    {
        Assert.True(_requests.End(Begin(Start, 0)));
        Assert.False(_requests.TryTakeExpired(Start + DownloadLimits.RequestTimeout, out _));
        Assert.True(_requests.IsIdle);
    }

    [Fact]
    public void What_was_given_up_is_cancelled_and_counts_until_it_has_ended()
    {
        DownloadRequest request = Begin(Start, 0);
        _requests.Abandon(request);
        Assert.True(_session.Idle.Contains(0));
        Assert.Equal((1, 1, false), (_requests.Exchanges, request.Server!.InFlight, _requests.IsIdle));
        Assert.IsType<DownloadEffect.Cancel>(_effects.Take()[^1]);

        Assert.False(_requests.End(request));
        Assert.Equal((0, 0, true), (_requests.Exchanges, request.Server.InFlight, _requests.IsIdle));
    }

    [Fact]
    public void A_block_is_asked_for_while_one_of_two_requests_is_under_way()
    {
        DownloadRequest one = Begin(Start, 0);
        DownloadRequest twin = Begin(Start, 0, 2);
        _requests.Abandon(one);
        Assert.False(_session.Idle.Contains(0));
        _requests.Abandon(twin);
        Assert.True(_session.Idle.Contains(0));
    }

    [Fact]
    public void A_request_is_slow_after_300_ms_until_it_ends()
    {
        DownloadRequest request = Begin(Start, 0);
        _requests.NoteSlow(Start + DownloadLimits.SecondRequestDelay - Tick);
        Assert.False(_requests.HasSlow);
        _requests.NoteSlow(Start + DownloadLimits.SecondRequestDelay);
        Assert.True(_requests.HasSlow && request.IsSlow);
        _requests.End(request);
        Assert.False(_requests.HasSlow);
    }

    private DownloadRequest Begin(TimeSpan now, int block, int peer = 1)
    {
        _session.MarkDownloading(block);
        var request = new DownloadRequest
        {
            Download = _context.Download,
            Kind = DownloadRequestKind.Block,
            Server = new(MachineRig.Peer(peer), isHostedCache: false),
            Sessions = [_session],
            Block = block,
            Started = now,
        };
        _requests.Start(request);
        return request;
    }
}
