using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Collaboration.Protocol.Messages;

public sealed class NearProbeTests
{
    [Fact]
    public void A_probe_is_written_letter_by_letter() =>
        Assert.Equal(NearVectors.ProbeText, NearVectors.Text(NearVectors.Probe.Write()));

    [Fact]
    public void A_probe_is_read_as_it_was_written() =>
        Assert.Equal(NearVectors.Probe, NearVectors.ReadProbe(NearVectors.Text(NearVectors.Probe.Write())));

    [Theory]
    [InlineData("near:Person<", "\n\tnear:Person near:Person\n<")]
    [InlineData("</wsd:Probe>", "<wsd:Scopes/></wsd:Probe>")]
    [InlineData("</wsd:Probe>", "<wsd:Scopes MatchBy=\"urn:rule\"> </wsd:Scopes><near:Mood/></wsd:Probe>")]
    [InlineData("<soap:Header>", "<soap:Header><wsa:ReplyTo><wsa:Address>urn:a</wsa:Address></wsa:ReplyTo>")]
    [InlineData("</soap:Header>", "<wsd:AppSequence MessageNumber='1' InstanceId='2'/></soap:Header>")]
    public void What_is_legal_in_another_form_is_a_probe_too(string from, string to) =>
        Assert.Equal(NearVectors.Probe, NearVectors.ReadProbe(With(from, to)));

    [Theory]
    [InlineData("<wsd:Types>near:Person</wsd:Types>", "")]
    [InlineData("near:Person<", "<")]
    [InlineData("near:Person<", "near:Person wsd:Device<")]
    [InlineData("near:Person<", "near:Object<")]
    [InlineData("near:Person<", "Person<")]
    [InlineData("<wsd:Types>", "<wsd:Types/><wsd:Types>")]
    [InlineData("</wsd:Probe>", "<wsd:Scopes>urn:floor:2</wsd:Scopes></wsd:Probe>")]
    [InlineData("</wsd:Probe>", "<wsd:Scopes/><wsd:Scopes>urn:floor:2</wsd:Scopes></wsd:Probe>")]
    [InlineData("discovery/Probe", "discovery/Resolve")]
    [InlineData("wsd:Probe>", "wsd:Resolve>")]
    [InlineData("urn:uuid:7f4b09a3", "urn:guid:7f4b09a3")]
    [InlineData("<soap:Envelope", "<!DOCTYPE x><soap:Envelope")]
    public void What_asks_for_something_else_is_no_probe_of_ours(string from, string to)
    {
        Assert.NotNull(NearVectors.ReadProbe(NearVectors.ProbeText));
        Assert.Null(NearVectors.ReadProbe(With(from, to)));
    }

    [Fact]
    public void Messages_of_discovery_of_content_are_not_taken_for_ours()
    {
        foreach (WsdEnvelope envelope in DiscoveryVectors.All.Select(text => NearVectors.Open(text)!))
        {
            Assert.True(envelope.NamesTypesOf(PeerDistNames.PeerDist));
            Assert.False(NearNames.AreIn(envelope));
            Assert.False(NearProbe.TryRead(envelope, out _));
            Assert.False(NearHello.TryRead(envelope, out _));
            Assert.False(NearBye.TryRead(envelope, out _));
        }
    }

    [Fact]
    public void Our_messages_are_not_taken_for_those_of_discovery_of_content()
    {
        foreach (WsdEnvelope envelope in NearVectors.All.Select(text => NearVectors.Open(text)!))
        {
            Assert.True(NearNames.AreIn(envelope));
            Assert.False(envelope.NamesTypesOf(PeerDistNames.PeerDist));
            Assert.False(Probe.TryRead(envelope, out _));
            Assert.False(ProbeMatches.TryRead(envelope, out _));
        }
    }

    private static string With(string from, string to)
    {
        Assert.Contains(from, NearVectors.ProbeText, StringComparison.Ordinal);
        return NearVectors.ProbeText.Replace(from, to, StringComparison.Ordinal);
    }
}
