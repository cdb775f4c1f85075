using System.Text;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.WsDiscovery;

public sealed class WsdEnvelopeTests
{
    private static readonly WsdPrefix Own = new("own", "urn:own");

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        WsdEnvelope envelope = Read(WsdEnvelope.Write(
            Own,
            WsdNames.Everybody,
            WsdNames.HelloAction,
            "urn:a?b&c",
            new AppSequence(7, 8).Write(),
            "<wsd:Hello><own:Thing/></wsd:Hello>"));

        Assert.Equal(WsdNames.HelloAction, envelope.Action);
        Assert.Equal("urn:a?b&c", envelope.MessageId);
        Assert.Equal(new(7, 8), envelope.Sequence);
        Assert.Null(envelope.RelatesTo);
        Assert.NotNull(envelope.Content.Element(Own.Namespace + "Thing"));
    }

    [Fact]
    public void A_message_tells_whose_types_it_speaks_of()
    {
        WsdEnvelope envelope = WithTypes("wsd:Device own:Thing");

        Assert.True(envelope.NamesTypesOf(Own.Namespace));
        Assert.True(envelope.NamesTypesOf(WsdNames.Discovery));
        Assert.False(envelope.NamesTypesOf("urn:other"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Thing")]
    [InlineData("other:Thing")]
    [InlineData("urn:own:Thing")]
    public void Types_without_a_known_prefix_are_nobodys(string types) =>
        Assert.False(WithTypes(types).NamesTypesOf(Own.Namespace));

    private static WsdEnvelope WithTypes(string types) => Read(WsdEnvelope.Write(
        Own,
        WsdNames.Everybody,
        WsdNames.ProbeAction,
        "urn:a",
        headers: "",
        $"<wsd:Probe><wsd:Types>{types}</wsd:Types></wsd:Probe>"));

    private static WsdEnvelope Read(byte[] bytes) =>
        WsdEnvelope.TryRead(bytes, out WsdEnvelope? envelope)
            ? envelope
            : throw new ArgumentException(Encoding.UTF8.GetString(bytes), nameof(bytes));
}
