using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class PnrpRunnerTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<PnrpNews> _news = [];
    private readonly PnrpRunner _runner;

    public PnrpRunnerTests()
    {
        var context = new CloudContext(
            SuiteAlgorithms.Modern,
            new FakeTimeProvider(),
            new SeededRandom(1),
            new LoopbackNetwork(),
            new FakeMulticast(),
            new AddressCache(_folder.Combine("cache.json"), NullLogger.Instance),
            new QuietObserver(),
            NullLogger.Instance);
        CloudDescription cloud = CloudPlan.From([FakeInterfaces.Loopback], AddressChoice.All)[0];
        _runner = new(cloud, context.Network.Open([IPAddress.Loopback], 0), context, _news.Add);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_flood_of_datagrams_is_dropped_and_counted_while_callers_are_served()
    {
        await _runner.Loop.TellAsync(_runner.Open);
        PnrpStatistics statistics = await _runner.Loop.AskAsync(_ =>
        {
            for (int i = 0; i < 1524; i++)
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(IDatagramSink.BufferLength);
                if (!_runner.Datagrams.TryAccept(new(1, 4000), buffer, 3))
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            return _runner.Statistics;
        });
        Assert.Equal((500, 500), (statistics.Dropped["QueueFull"], statistics.DatagramsIn));

        statistics = await _runner.Loop.AskAsync(_ => _runner.Statistics);
        Assert.Equal((1024, 1524), (statistics.Dropped["Malformed"], statistics.DatagramsIn));
    }

    [Fact]
    public async Task A_closed_cloud_that_has_nobody_to_tell_is_left_at_once()
    {
        await _runner.Loop.TellAsync(_runner.Open);
        Assert.Equal(PeerCloudState.Synchronizing, await _runner.Loop.AskAsync(_ => _runner.State));

        await _runner.SayGoodbyeAsync();

        Assert.Equal(PeerCloudState.Virtual, await _runner.Loop.AskAsync(_ => _runner.State));
        Assert.Equal(
            [new PnrpNews.StateChanged(PeerCloudState.Synchronizing), new PnrpNews.StateChanged(PeerCloudState.Disabled)], _news);
    }
}
