using System.Buffers.Binary;
using System.Net;
using PeerNet.Engine.Graphing.Connections;

namespace PeerNet.Engine.Tests.Graphing.Connections;

public sealed class MessageReaderTests
{
    private const int Maximum = 1 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Messages_come_whole_and_in_order(int step)
    {
        byte[][] messages = [Messages.Create(8), Messages.Create(70_000, 1), Messages.Create(9, 2), Messages.Create(500_000, 3)];
        using var reader = new MessageReader(new DrippingStream([.. messages.SelectMany(message => message)], step));

        List<byte[]> read = [];
        while (await reader.ReadAsync(() => Maximum, CancellationToken.None) is { } batch)
        {
            for (; !batch.IsEmpty; batch.Skip())
            {
                read.Add(batch.Peek().ToArray());
            }

            batch.Dispose();
        }

        Assert.Equal(messages, read);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData((uint)Maximum + 1)]
    [InlineData(uint.MaxValue)]
    public async Task Impossible_sizes_end_the_connection_before_memory_is_spent(uint size)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, size);
        using var reader = new MessageReader(new MemoryStream(bytes));

        long before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadAsync(() => Maximum, default).AsTask());

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 256 * 1024);
    }

    [Fact]
    public async Task What_came_before_an_impossible_message_is_delivered_first()
    {
        using var reader = new MessageReader(new MemoryStream([.. Messages.Create(10), .. Messages.Create(100, 1)]));

        using MessageBatch? batch = await reader.ReadAsync(() => 50, default);

        Assert.Equal(10, batch!.Length);
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadAsync(() => 50, default).AsTask());
        using MessageBatch? second = await reader.ReadAsync(() => 100, default);
        Assert.Equal(100, second!.Length);
    }

    [Fact]
    public async Task A_large_message_is_read_when_there_is_room_for_all_of_it_and_holds_the_room_until_it_is_handled()
    {
        byte[] small = Messages.Create(AssemblyBudget.Free);
        byte[] large = Messages.Create(AssemblyBudget.Free + 1);
        var budget = new AssemblyBudget(large.Length, TimeProvider.System);
        using IDisposable taken = await budget.ReserveAsync(IPAddress.Loopback, 1, () => { }, default);
        using var reader = new MessageReader(
            new MemoryStream([.. small, .. large]),
            (bytes, token) => budget.ReserveAsync(IPAddress.Loopback, bytes, () => { }, token));

        using MessageBatch? first = await reader.ReadAsync(() => Maximum, default);
        Task<MessageBatch?> reading = reader.ReadAsync(() => Maximum, default).AsTask();
        Assert.Equal(small.Length, first!.Length);
        Assert.False(reading.IsCompleted);
        taken.Dispose();

        using (MessageBatch? second = await reading)
        {
            Assert.Equal(large, second!.Peek());
            Assert.Equal(large.Length, budget.Held);
        }

        Assert.Equal(0, budget.Held);
    }

    [Fact]
    public async Task A_message_that_stays_unfinished_gives_its_room_back_with_its_reader()
    {
        var budget = new AssemblyBudget(AssemblyBudget.DefaultBytes, TimeProvider.System);
        var reader = new MessageReader(
            new MemoryStream(Messages.Create(100_000)[..99_999]),
            (bytes, token) => budget.ReserveAsync(IPAddress.Loopback, bytes, () => { }, token));
        await Assert.ThrowsAsync<EndOfStreamException>(() => reader.ReadAsync(() => Maximum, default).AsTask());
        Assert.Equal(100_000, budget.Held);

        reader.Dispose();

        Assert.Equal(0, budget.Held);
    }

    [Fact]
    public async Task A_connection_that_ends_within_a_message_is_an_error()
    {
        using var reader = new MessageReader(new MemoryStream(Messages.Create(100)[..99]));

        await Assert.ThrowsAsync<EndOfStreamException>(() => reader.ReadAsync(() => Maximum, default).AsTask());
    }
}
