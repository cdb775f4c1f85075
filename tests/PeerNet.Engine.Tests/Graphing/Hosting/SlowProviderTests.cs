using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>A security provider that takes its time delays those whom it judges, and nobody else.</summary>
public sealed class SlowProviderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualResetEventSlim _mayJudge = new();
    private readonly SemaphoreSlim _isJudging = new(0);

    public void Dispose()
    {
        _mayJudge.Dispose();
        _isJudging.Dispose();
    }

    [Fact]
    public async Task A_record_that_is_being_judged_holds_up_neither_publishing_nor_other_nodes()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await using var three = new GraphRig();
        await one.CreateAsync(provider: Slow());
        await two.JoinAsync(one, "two");

        await two.AddAsync("judged");
        Assert.True(await _isJudging.WaitAsync(Patience));
        await one.AddAsync("own");
        await three.JoinAsync(one, "three", listen: false);

        Assert.Equal(["own"], await one.ReadAsync());
        Assert.Contains("own", await three.ReadAsync());
        _mayJudge.Set();
        await one.UntilRecordsAsync("judged", "own");
    }

    // The last words of a neighbor come behind its records, however long these take.
    [Fact]
    public async Task What_a_neighbor_sent_before_it_left_is_judged_all_the_same()
    {
        await using var one = new GraphRig();
        await using var two = new GraphRig();
        await one.CreateAsync(provider: Slow());
        await two.JoinAsync(one, "two");

        await two.AddAsync("first");
        Assert.True(await _isJudging.WaitAsync(Patience));
        await two.AddAsync("second");
        await two.Service.StopAsync(farewell: true).WaitAsync(Patience);
        _mayJudge.Set();

        await one.UntilRecordsAsync("first", "second");
        await one.UntilAsync(graph => graph.Neighbors == 0);
    }

    [Fact]
    public async Task A_record_that_several_neighbors_bring_is_judged_once()
    {
        int judged = 0;
        var provider = new BadProvider
        {
            Validate = record =>
            {
                _ = record.Type == GraphRig.RecordType ? Interlocked.Increment(ref judged) : 0;
                return RecordVerdict.Valid;
            },
        };
        await using var one = new GraphRig();
        await one.CreateAsync(provider: provider);
        using RawPeer first = await RawPeer.JoinAsync(one.Endpoint, "first");
        using RawPeer second = await RawPeer.JoinAsync(one.Endpoint, "second", nodeId: 2);
        byte[] flood = RawPeer.Flood("twice");

        await first.SendAsync(flood);
        await one.UntilRecordsAsync("twice");
        await second.SendAsync(flood);
        while (RawPeer.TypeOf(await second.ReceiveAsync()) != GraphMessageType.Ack)
        {
            // What else the node has to say comes first.
        }

        Assert.Equal(1, judged);
    }

    private BadProvider Slow() => new()
    {
        Validate = record =>
        {
            if (record.Type == GraphRig.RecordType)
            {
                _isJudging.Release();
                _mayJudge.Wait(Patience);
            }

            return RecordVerdict.Valid;
        },
    };
}
