using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>What the source is to be read for. A download goes on until it is settled.</summary>
public sealed class MissingBlocksTests
{
    private readonly MissingBlocks _missing =
        new(ContentLayout.Create(TestContent.V1(1, 8 * 65_536, 8).Information, 0, null));

    [Fact]
    public void At_first_nothing_is_missing() => Assert.True(_missing.IsSettled);

    [Fact]
    public void Blocks_that_were_taken_are_unsettled_until_they_have_been_read()
    {
        _missing.Add(0, 2);
        Assert.False(_missing.IsSettled);

        Assert.True(_missing.TryTake(int.MaxValue, out _, out int count));
        Assert.Equal((0, 2), (_missing.Count, _missing.Reading));
        Assert.False(_missing.IsSettled);

        _missing.Complete(count);
        Assert.Equal(0, _missing.Reading);
        Assert.True(_missing.IsSettled);
    }

    [Fact]
    public void Blocks_that_could_not_be_read_are_missing_again()
    {
        _missing.Add(3, 2);
        Assert.True(_missing.TryTake(int.MaxValue, out int first, out int count));

        _missing.Return(first, count);

        Assert.Equal((2, 0), (_missing.Count, _missing.Reading));
        Assert.True(_missing.TryTake(int.MaxValue, out int again, out _));
        Assert.Equal(first, again);
    }
}
