using System.Net;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Tests.Collaboration.Protocol.Messages;

public sealed class NearHelloTests
{
    private static readonly NearHello Hello = NearVectors.Hello;

    [Fact]
    public void An_announcement_is_written_letter_by_letter() =>
        Assert.Equal(NearVectors.HelloText, NearVectors.Text(Hello.Write()));

    [Fact]
    public void An_announcement_is_read_as_it_was_written() => AssertRoundTrip(Hello);

    [Fact]
    public void What_is_legal_in_another_form_says_the_same() =>
        NearVectors.AssertSame(Hello, NearVectors.ReadHello(NearVectors.ForeignHelloText));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" Alice  ")]
    [InlineData("]]>")]
    [InlineData("\u202Eecila\u2066")]
    [InlineData("\U0001F98A\uFFFD")]
    public void Texts_are_carried_as_they_are(string text) =>
        AssertRoundTrip(Hello with { DisplayName = text, EndpointName = text });

    [Fact]
    public void A_name_may_have_no_classifier() =>
        AssertRoundTrip(Hello with { Person = PeerName.Parse(NearVectors.Authority + ".") });

    [Fact]
    public void The_limits_of_numbers_are_within() => AssertRoundTrip(Hello with
    {
        MetadataVersion = uint.MaxValue,
        Sequence = new(uint.MaxValue, uint.MaxValue),
        Lifetime = NearHello.MaximumLifetime,
    });

    [Fact]
    public void What_XML_cannot_carry_is_said_to_be_missing()
    {
        NearHello read = Reread(Hello with { DisplayName = "a\0b\nc\uD800d", EndpointName = "\u009B1m\uFFFF" });

        Assert.Equal("a\uFFFDb\uFFFDc\uFFFDd", read.DisplayName);
        Assert.Equal("\uFFFD1m\uFFFD", read.EndpointName);
    }

    [Fact]
    public void Zones_are_not_told()
    {
        NearHello read = Reread(Hello with { Addresses = [IPEndPoint.Parse("[fe80::7%3]:40001")] });

        Assert.Equal([IPEndPoint.Parse("[fe80::7]:40001")], read.Addresses);
    }

    [Theory]
    [InlineData("&")]
    [InlineData("<")]
    [InlineData("]]>")]
    [InlineData("中")]
    [InlineData("\U0001F98A")]
    [InlineData("\0")]
    [InlineData("&中")]
    public void No_announcement_is_longer_than_one_that_is_taken(string worst)
    {
        string text = string.Concat(Enumerable.Repeat(worst, 2 * NearText.MaximumUnits));
        string classifier = string.Concat(Enumerable.Repeat(worst, PeerName.MaximumClassifier))[..PeerName.MaximumClassifier];
        PeerName longest = PeerName.Parse($"{NearVectors.Authority}.{new string('&', PeerName.MaximumClassifier)}");
        NearHello hello = Hello with
        {
            Person = worst is "\0" or "\U0001F98A" ? longest : PeerName.Parse($"{NearVectors.Authority}.{classifier}"),
            DisplayName = text,
            EndpointName = text,
            Lifetime = NearHello.MaximumLifetime,
            MetadataVersion = uint.MaxValue,
            Sequence = new(uint.MaxValue, uint.MaxValue),
            Addresses =
            [
                .. Enumerable.Repeat(IPEndPoint.Parse("[2001:1111:2222:3333:200:5efe:255.255.255.255]:65535"), 100),
            ],
        };

        byte[] bytes = hello.Write();

        Assert.InRange(bytes.Length, 1000, NearNames.MaximumLength);
        NearHello read = NearVectors.ReadHello(NearVectors.Text(bytes))!;
        Assert.Equal(hello.Person, read.Person);
        Assert.Equal(NearText.Fit(text), read.DisplayName);
        Assert.Equal(NearText.Fit(text), read.EndpointName);
        Assert.Equal(NearHello.MaximumAddresses, read.Addresses.Count);
    }

    [Theory]
    [InlineData("tcp://192.0.2.7:40001 tcp://host:40001 192.0.2.7:2 http://192.0.2.7:3 tcp://[::1]:4", "192.0.2.7:40001", "[::1]:4")]
    [InlineData("tcp://192.0.2.7 tcp://192.0.2.7:0 tcp://192.0.2.7:65536 tcp://fe80::1:80 tcp://192.0.2.7:5", "192.0.2.7:5")]
    [InlineData("tcp://10.0.0.1:1 tcp://10.0.0.2:1 tcp://10.0.0.3:1 tcp://10.0.0.4:1 tcp://10.0.0.5:1", "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1")]
    public void Addresses_are_the_first_four_that_are_an_address_and_a_port(string text, params string[] expected)
    {
        NearHello read = NearVectors.ReadHello(With("tcp://192.0.2.7:40001 tcp://[fe80::7]:40001", text))!;

        Assert.Equal(expected.Select(IPEndPoint.Parse), read.Addresses);
    }

    [Theory]
    [InlineData("tcp://192.0.2.7:40001 tcp://[fe80::7]:40001", "")]
    [InlineData("tcp://192.0.2.7:40001 tcp://[fe80::7]:40001", "tcp://host:40001 tcp://host.example:1")]
    [InlineData("<wsd:MetadataVersion>3</wsd:MetadataVersion>", "")]
    [InlineData(">3<", ">-3<")]
    [InlineData(">3<", ">4294967296<")]
    [InlineData(">150<", ">0<")]
    [InlineData(">150<", ">3601<")]
    [InlineData(">150<", ">4294967297<")]
    [InlineData(">150<", ">1.5<")]
    [InlineData(">150<", "><")]
    [InlineData("<near:EndpointName>study</near:EndpointName>", "")]
    [InlineData("<near:EndpointName>", "<near:EndpointName>x</near:EndpointName><near:EndpointName>")]
    [InlineData(">study<", "><b>study</b><")]
    [InlineData(">study<", ">stu\tdy<")]
    [InlineData(">study<", ">stu&#10;dy<")]
    [InlineData(">study<", ">stu&#x85;dy<")]
    [InlineData(">study<", ">stu&#0;dy<")]
    [InlineData(">study<", ">stu&#xD800;dy<")]
    [InlineData("urn:peernet:collaboration:1", "urn:peernet:collaboration:2")]
    [InlineData("near:Person<", "near:Persons<")]
    [InlineData("near:Person<", "Person<")]
    [InlineData("near:Person<", "far:Person<")]
    [InlineData("discovery/Hello", "discovery/Bye")]
    [InlineData("wsd:Hello>", "wsd:Bye>")]
    [InlineData("urn:uuid:91528b47", "urn:uuid:{91528b47")]
    [InlineData("urn:uuid:91528b47-b96d-4e30-981f-308c0586926f", "urn:endpoint")]
    [InlineData("urn:uuid:7f4b09a3-96c9-4170-9eb3-1c805a52f444", "urn:message")]
    [InlineData("<wsd:AppSequence InstanceId=\"1796000000\" MessageNumber=\"4\"/>", "")]
    [InlineData("MessageNumber=\"4\"", "MessageNumber=\"0\"")]
    [InlineData("MessageNumber=\"4\"", "")]
    [InlineData("0123456789abcdef0123456789abcdef01234567.", "0.")]
    [InlineData("0123456789abcdef0123456789abcdef01234567.", "0123456789ABCDEF0123456789abcdef01234567.")]
    [InlineData("0123456789abcdef0123456789abcdef01234567.", " 0123456789abcdef0123456789abcdef01234567.")]
    [InlineData(".alice<", "<")]
    [InlineData(".alice<", ".ali&#13;ce<")]
    public void What_breaks_a_rule_is_refused(string from, string to)
    {
        Assert.NotNull(NearVectors.ReadHello(NearVectors.HelloText));
        Assert.Null(NearVectors.ReadHello(With(from, to)));
    }

    [Theory]
    [InlineData(">study<", NearText.MaximumUnits)]
    [InlineData(">alice<", PeerName.MaximumClassifier)]
    public void A_text_ends_at_its_limit(string place, int limit)
    {
        string golden = NearVectors.HelloText.Replace(".alice<", ".<!---->alice<", StringComparison.Ordinal)
            .Replace(">study<", "><!---->study<", StringComparison.Ordinal);

        Assert.NotNull(NearVectors.ReadHello(With(limit)));
        Assert.Null(NearVectors.ReadHello(With(limit + 1)));

        string With(int length) => golden.Replace(place, $">{new string('x', length)}<", StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_type_is_refused() => Assert.Null(
        NearVectors.ReadHello(With("<soap:Envelope", "<!DOCTYPE x [<!ENTITY a \"b\">]><soap:Envelope")));

    private static string With(string from, string to)
    {
        Assert.Contains(from, NearVectors.HelloText, StringComparison.Ordinal);
        return NearVectors.HelloText.Replace(from, to, StringComparison.Ordinal);
    }

    private static void AssertRoundTrip(NearHello hello) => NearVectors.AssertSame(hello, Reread(hello));

    private static NearHello Reread(NearHello hello) => NearVectors.ReadHello(NearVectors.Text(hello.Write()))!;
}
