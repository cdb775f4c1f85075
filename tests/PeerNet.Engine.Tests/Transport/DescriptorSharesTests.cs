using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Transport;

public sealed class DescriptorSharesTests
{
    private static readonly IPAddress Greedy = IPAddress.Parse("192.0.2.1");

    // Each connection to an HTTP server may have a file open besides.
    [Theory]
    [InlineData(256)]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(65_536)]
    [InlineData(1_048_576)]
    public void A_quarter_of_the_descriptors_stays_with_the_process_itself(int limit)
    {
        DescriptorShares shares = DescriptorShares.Of(limit);

        Assert.InRange((2 * shares.Http) + shares.Graphs, 1, limit - (limit / 4));
        Assert.InRange(shares.Http, 1, DescriptorShares.MaximumHttp);
        Assert.InRange(shares.Graphs, 1, DescriptorShares.MaximumGraphs);
    }

    [Fact]
    public void The_limit_of_this_process_is_known() => Assert.InRange(OpenFiles.ReadLimit(), 64, 65_536);

    [Fact]
    public void A_source_has_a_quarter_of_the_places_and_leaves_some_to_others()
    {
        var places = new ConnectionPlaces(64);

        IDisposable?[] greedy = [.. Enumerable.Range(0, 1000).Select(_ => places.TryEnter(Greedy))];
        IDisposable? other = places.TryEnter(IPAddress.Parse("192.0.2.2"));

        Assert.Equal(16, greedy.Count(place => place is not null));
        Assert.NotNull(other);
        Assert.Equal(984, places.TurnedAway);
        greedy[0]!.Dispose();
        greedy[0]!.Dispose();
        Assert.NotNull(places.TryEnter(Greedy));
        Assert.Null(places.TryEnter(Greedy));
    }
}
