using System.Buffers.Binary;
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
            batch.ForEach(message =>
            {
                read.Add(message.ToArray());
                return true;
            });
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
    public async Task A_connection_that_ends_within_a_message_is_an_error()
    {
        using var reader = new MessageReader(new MemoryStream(Messages.Create(100)[..99]));

        await Assert.ThrowsAsync<EndOfStreamException>(() => reader.ReadAsync(() => Maximum, default).AsTask());
    }
}
