namespace PeerNet.Engine.Tests.Collaboration.Protocol.Messages;

public sealed class NearByeTests
{
    [Fact]
    public void A_farewell_is_written_letter_by_letter() =>
        Assert.Equal(NearVectors.ByeText, NearVectors.Text(NearVectors.Bye.Write()));

    [Fact]
    public void A_farewell_is_read_as_it_was_written() =>
        Assert.Equal(NearVectors.Bye, NearVectors.ReadBye(NearVectors.Text(NearVectors.Bye.Write())));

    [Theory]
    [InlineData("<near:Name>", "<near:Mood/>\n<near:Name xmlns:near='urn:peernet:collaboration:1'>")]
    [InlineData("</wsd:Bye>", "<wsd:Types>near:Person</wsd:Types><wsd:MetadataVersion>3</wsd:MetadataVersion></wsd:Bye>")]
    [InlineData("</wsa:Address>", "\r\n</wsa:Address><wsa:PortType>near:Person</wsa:PortType>")]
    public void What_is_legal_in_another_form_is_a_farewell_too(string from, string to) =>
        Assert.Equal(NearVectors.Bye, NearVectors.ReadBye(With(from, to)));

    [Theory]
    [InlineData("discovery/Bye", "discovery/Hello")]
    [InlineData("wsd:Bye>", "wsd:Hello>")]
    [InlineData("urn:peernet:collaboration:1", "urn:peernet:collaboration:0")]
    [InlineData("urn:uuid:91528b47", "91528b47")]
    [InlineData("urn:uuid:7f4b09a3", "7f4b09a3")]
    [InlineData("MessageNumber=\"4\"", "MessageNumber=\"0\"")]
    [InlineData("0123456789abcdef0123456789abcdef01234567.", "0.")]
    [InlineData("<near:Name>", "<near:Name/><near:Name>")]
    [InlineData("<soap:Envelope", "<!DOCTYPE x><soap:Envelope")]
    public void What_breaks_a_rule_is_refused(string from, string to)
    {
        Assert.NotNull(NearVectors.ReadBye(NearVectors.ByeText));
        Assert.Null(NearVectors.ReadBye(With(from, to)));
    }

    private static string With(string from, string to)
    {
        Assert.Contains(from, NearVectors.ByeText, StringComparison.Ordinal);
        return NearVectors.ByeText.Replace(from, to, StringComparison.Ordinal);
    }
}
