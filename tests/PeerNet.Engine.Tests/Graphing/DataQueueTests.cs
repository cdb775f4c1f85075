using PeerNet.Engine.Graphing;

namespace PeerNet.Engine.Tests.Graphing;

public sealed class DataQueueTests
{
    private static readonly Guid Type = new("11111111-0000-0000-0000-000000000000");

    [Fact]
    public async Task What_is_wanted_is_taken_in_order_and_the_rest_stays()
    {
        var queue = new DataQueue(10, 1000);
        queue.Add(Create("a", 1));
        queue.Add(Create("b", 2));
        queue.Add(Create("a", 3));

        Assert.Equal([1, 3], await TakeAsync(queue, new() { GraphId = "a" }));
        Assert.Equal([2], await TakeAsync(queue, new()));
        Assert.Empty(await TakeAsync(queue, new()));
    }

    [Fact]
    public async Task The_oldest_makes_room_and_is_counted()
    {
        var queue = new DataQueue(3, 1000);
        for (byte i = 0; i < 10; i++)
        {
            queue.Add(Create("a", i));
        }

        Assert.Equal([7, 8, 9], await TakeAsync(queue, new()));
        Assert.Equal(7, queue.TakeLost("a"));
        Assert.Equal(0, queue.TakeLost(null));
    }

    [Fact]
    public async Task Bytes_are_bounded_too_but_one_item_always_fits()
    {
        var queue = new DataQueue(100, 10);
        queue.Add(Create("a", 1, length: 8));
        queue.Add(Create("a", 2, length: 50));

        Assert.Equal([2], await TakeAsync(queue, new()));
        Assert.Equal(1, queue.TakeLost(null));
    }

    [Fact]
    public async Task Whoever_waits_gets_what_comes_and_can_give_up()
    {
        var queue = new DataQueue(10, 1000);
        using var giveUp = new CancellationTokenSource();
        await using IAsyncEnumerator<PeerDataItem> items =
            queue.TakeAsync(new() { IsWaiting = true, DataTypes = [Type] }, giveUp.Token).GetAsyncEnumerator();
        ValueTask<bool> next = items.MoveNextAsync();
        Assert.False(next.IsCompleted);

        queue.Add(Create("a", 5));
        Assert.True(await next);
        Assert.Equal(5, items.Current.Data[0]);

        ValueTask<bool> never = items.MoveNextAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never.AsTask());
    }

    [Fact]
    public async Task A_graph_that_is_closed_is_forgotten()
    {
        var queue = new DataQueue(10, 1000);
        queue.Add(Create("a", 1));
        queue.Add(Create("b", 2));

        queue.Forget("a");

        Assert.Equal([2], await TakeAsync(queue, new()));
    }

    private static async Task<byte[]> TakeAsync(DataQueue queue, PeerDataSelection selection)
    {
        List<byte> taken = [];
        await foreach (PeerDataItem item in queue.TakeAsync(selection, CancellationToken.None))
        {
            taken.Add(item.Data[0]);
        }

        return [.. taken];
    }

    private static PeerDataItem Create(string graph, byte value, int length = 1)
    {
        byte[] data = new byte[length];
        data[0] = value;
        return new() { GraphId = graph, ConnectionId = 1, PeerId = "p", DataType = Type, Data = data };
    }
}
