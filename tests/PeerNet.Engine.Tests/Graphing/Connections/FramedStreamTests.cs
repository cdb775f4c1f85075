using PeerNet.Engine.Graphing.Connections;

namespace PeerNet.Engine.Tests.Graphing.Connections;

public sealed class FramedStreamTests
{
    [Fact]
    public async Task A_write_is_cut_into_frames_that_begin_with_their_size()
    {
        var inner = new MemoryStream();
        await using var frames = new FramedStream(inner, maximumFrame: 3);

        await frames.WriteAsync(new byte[] { 1, 2, 3, 4, 5, 6, 7 });

        Assert.Equal([0, 3, 1, 2, 3, 0, 3, 4, 5, 6, 0, 1, 7], inner.ToArray());
    }

    [Fact]
    public async Task Gathered_frames_leave_together()
    {
        var inner = new MemoryStream();
        await using var frames = new FramedStream(inner) { IsGathering = true };

        await frames.WriteAsync(new byte[] { 1 });
        await frames.WriteAsync(new byte[] { 2 });
        Assert.Equal(0, inner.Length);
        await frames.FlushAsync();

        Assert.Equal([0, 1, 1, 0, 1, 2], inner.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40_000)]
    public async Task What_is_written_is_read_however_it_arrives(int step)
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];
        var wire = new MemoryStream();
        await using (var sending = new FramedStream(wire))
        {
            await sending.WriteAsync(content);
        }

        await using var receiving = new FramedStream(new DrippingStream(wire.ToArray(), step));
        byte[] read = new byte[content.Length];
        await receiving.ReadExactlyAsync(read);

        Assert.Equal(content, read);
        Assert.Equal(0, await receiving.ReadAsync(new byte[1]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0x3F, 0xFC)]
    [InlineData(0x80, 0)]
    [InlineData(0xFF, 0xFF)]
    public async Task Frames_of_no_bytes_or_too_many_are_refused(byte high, byte low)
    {
        await using var frames = new FramedStream(new MemoryStream([high, low, 1, 2, 3]));

        await Assert.ThrowsAsync<InvalidDataException>(() => frames.ReadAsync(new byte[4]).AsTask());
    }

    [Fact]
    public async Task The_largest_frame_is_read()
    {
        byte[] wire = new byte[2 + FramedStream.DefaultMaximumFrame];
        (wire[0], wire[1]) = (0x3F, 0xFB);
        wire[^1] = 5;
        await using var frames = new FramedStream(new MemoryStream(wire));
        byte[] read = new byte[FramedStream.DefaultMaximumFrame];

        await frames.ReadExactlyAsync(read);

        Assert.Equal(5, read[^1]);
    }
}
