using PeerNet.Engine.Graphing.Connections;

namespace PeerNet.Engine.Tests.Graphing.Connections;

public sealed class SendQueueTests
{
    [Fact]
    public async Task What_is_queued_leaves_in_order_and_is_told()
    {
        using var queue = new SendQueue(1000);
        var sent = new MemoryStream();
        int told = 0;
        Assert.True(queue.TryAdd(Messages.Create(10, 1)));
        Assert.True(queue.TryAdd(Messages.Create(20, 2)));
        queue.Complete(Messages.Create(8, 3), flush: true);

        await queue.SendAsync(sent, _ => Task.CompletedTask, bytes => told += bytes, CancellationToken.None);

        Assert.Equal([.. Messages.Create(10, 1), .. Messages.Create(20, 2), .. Messages.Create(8, 3)], sent.ToArray());
        Assert.Equal(38, told);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task A_long_batch_is_told_while_it_leaves()
    {
        using var queue = new SendQueue(long.MaxValue);
        List<(int Bytes, long Waiting)> told = [];
        for (int i = 0; i < 5; i++)
        {
            queue.TryAdd(Messages.Create(40_000));
        }

        queue.Complete(default, flush: true);
        await queue.SendAsync(
            new MemoryStream(), _ => Task.CompletedTask, bytes => told.Add((bytes, queue.Waiting)), CancellationToken.None);

        Assert.Equal([(80_000, 120_000), (80_000, 40_000), (40_000, 0)], told);
    }

    [Fact]
    public void More_than_it_holds_is_refused_but_one_message_never()
    {
        using var queue = new SendQueue(100);

        Assert.True(queue.TryAdd(Messages.Create(5000)));
        Assert.False(queue.TryAdd(Messages.Create(8)));
        Assert.Equal(5000, queue.Waiting);
    }

    [Fact]
    public async Task A_farewell_can_take_the_place_of_what_waits()
    {
        using var queue = new SendQueue(1000);
        var sent = new MemoryStream();
        queue.TryAdd(Messages.Create(10, 1));
        queue.Complete(Messages.Create(12, 2), flush: false);

        await queue.SendAsync(sent, _ => Task.CompletedTask, _ => { }, CancellationToken.None);

        Assert.Equal(Messages.Create(12, 2), sent.ToArray());
        Assert.False(queue.TryAdd(Messages.Create(8)));
    }
}
