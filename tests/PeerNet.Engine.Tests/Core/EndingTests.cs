using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class EndingTests
{
    [Fact]
    public async Task Each_part_ends_whatever_has_become_of_those_before_it()
    {
        List<int> ended = [];

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Ending.RunAsync(
            Ending.At(() => ended.Add(1)),
            () => throw new InvalidOperationException("no"),
            Ending.At(() => ended.Add(3))));

        Assert.Equal("no", failure.Message);
        Assert.Equal([1, 3], ended);
    }

    [Fact]
    public async Task What_several_have_thrown_is_told_of_all()
    {
        AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => Ending.RunAsync(
            () => throw new IOException("one"),
            () => Task.FromException(new IOException("two"))));

        Assert.Equal(["one", "two"], failure.InnerExceptions.Select(one => one.Message));
    }
}
