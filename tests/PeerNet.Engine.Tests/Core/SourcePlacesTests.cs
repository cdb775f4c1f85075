using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Tests.Core;

public sealed class SourcePlacesTests
{
    private static readonly IPAddress One = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress Neighbor = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.1");

    private readonly SourcePlaces _places = new(total: 3, each: 2);

    [Fact]
    public void A_source_holds_its_share_whatever_addresses_it_uses()
    {
        Assert.True(_places.TryEnter(One));
        Assert.True(_places.TryEnter(Neighbor));
        Assert.False(_places.TryEnter(One));
        Assert.True(_places.TryEnter(Other));
    }

    [Fact]
    public void All_sources_together_hold_what_there_is()
    {
        Assert.True(_places.TryEnter(One));
        Assert.True(_places.TryEnter(Neighbor));
        Assert.True(_places.TryEnter(Other));
        Assert.False(_places.TryEnter(IPAddress.Parse("192.0.2.2")));
        Assert.Equal(3, _places.Count);
    }

    [Fact]
    public void While_half_of_them_are_taken_a_source_holds_fewer()
    {
        var places = new SourcePlaces(total: 8, each: 4, crowded: 1);

        Assert.Equal(4, Enumerable.Range(0, 100).Count(_ => places.TryEnter(One)));
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => places.TryEnter(Other)));
        Assert.True(places.TryEnter(IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public void A_place_given_back_can_be_taken_again()
    {
        Assert.True(_places.TryEnter(One));
        Assert.True(_places.TryEnter(One));
        _places.Leave(Neighbor);
        Assert.True(_places.TryEnter(One));
        _places.Leave(One);
        _places.Leave(One);
        Assert.Equal(0, _places.Count);
    }
}
