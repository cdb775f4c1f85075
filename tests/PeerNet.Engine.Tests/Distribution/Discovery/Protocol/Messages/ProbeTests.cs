using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;

public sealed class ProbeTests
{
    [Fact]
    public void The_specifications_probe_of_version_1_is_read()
    {
        Probe probe = Read(DiscoveryVectors.ProbeV1)!;

        Assert.Equal(DiscoveryVectors.ProbeId, probe.MessageId);
        Assert.Equal(PeerContentVersion.V1, probe.Version);
        Assert.Equal([DiscoveryVectors.Id(DiscoveryVectors.LongId)], probe.Segments);
    }

    [Fact]
    public void The_specifications_probe_of_version_2_is_read()
    {
        Probe probe = Read(DiscoveryVectors.ProbeV2)!;

        SegmentId id = DiscoveryVectors.Id(DiscoveryVectors.PackedId);
        Assert.Equal(PeerContentVersion.V2, probe.Version);
        Assert.Equal([id, id], probe.Segments);
    }

    [Fact]
    public void A_probe_of_version_1_is_written_letter_by_letter()
    {
        var probe = new Probe
        {
            MessageId = DiscoveryVectors.ProbeId,
            Version = PeerContentVersion.V1,
            Segments = [DiscoveryVectors.Id(DiscoveryVectors.FirstId), DiscoveryVectors.Id(DiscoveryVectors.PackedId)],
        };

        Assert.Equal(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope"
            + " xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\""
            + " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
            + " xmlns:wsd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""
            + " xmlns:PeerDist=\"http://schemas.microsoft.com/p2p/2007/09/PeerDistributionDiscovery\">"
            + "<soap:Header><wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
            + "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>"
            + "<wsa:MessageID>urn:uuid:91528b47-b96d-4e30-981f-308c0586926f</wsa:MessageID></soap:Header>"
            + "<soap:Body><wsd:Probe><wsd:Types>PeerDist:PeerDistData</wsd:Types>"
            + "<wsd:Scopes MatchBy=\"http://schemas.xmlsoap.org/ws/2005/04/discovery/strcmp0\">"
            + DiscoveryVectors.FirstId + " " + DiscoveryVectors.PackedId
            + "</wsd:Scopes></wsd:Probe></soap:Body></soap:Envelope>",
            System.Text.Encoding.UTF8.GetString(probe.Write()));
    }

    [Fact]
    public void A_probe_of_version_2_is_written_letter_by_letter()
    {
        SegmentId id = DiscoveryVectors.Id(DiscoveryVectors.PackedId);
        var probe = new Probe { MessageId = "urn:a", Version = PeerContentVersion.V2, Segments = [id, id] };

        Assert.EndsWith(
            "<wsd:Types>PeerDist:PeerDistDataV2</wsd:Types>"
            + "<wsd:Scopes MatchBy=\"http://schemas.microsoft.com/p2p/2010/05/PeerDistV2MatchingRule\">"
            + "ACACI74aAQAAAAAwHRoBAAAAAEEAQQBEAHkAZwBNAE0AMQAjvhoBAAAAADAdGgEAAAAAQQBBAEQAeQBnAE0ATQAxAA=="
            + "</wsd:Scopes></wsd:Probe></soap:Body></soap:Envelope>",
            System.Text.Encoding.UTF8.GetString(probe.Write()),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PeerDist:PeerDistData", "p:PeerDistData", "xmlns:PeerDist", "xmlns:p")]
    [InlineData("PeerDist:PeerDistData", "PeerDistData", "xmlns:PeerDist", "xmlns")]
    [InlineData("wsd:", "d:", "xmlns:wsd", "xmlns:d")]
    [InlineData("soap:", "s:", "xmlns:soap", "xmlns:s")]
    public void Prefixes_are_the_senders_choice(string from, string to, string declared, string declaredAs)
    {
        string text = DiscoveryVectors.ProbeV1
            .Replace(declared + "=", declaredAs + "=", StringComparison.Ordinal)
            .Replace(from, to, StringComparison.Ordinal);

        Assert.NotNull(Read(text));
    }

    [Fact]
    public void Letters_of_ids_may_be_small()
    {
        string text = DiscoveryVectors.ProbeV1.Replace(
            DiscoveryVectors.LongId, DiscoveryVectors.PackedId.ToLowerInvariant(), StringComparison.Ordinal);

        Assert.Equal([DiscoveryVectors.Id(DiscoveryVectors.PackedId)], Read(text)!.Segments);
    }

    [Theory]
    [InlineData("http://schemas.microsoft.com/p2p/2007/09/PeerDistributionDiscovery", "urn:other")]
    [InlineData("PeerDist:PeerDistData", "PeerDistData")]
    [InlineData("PeerDist:PeerDistData", "PeerDist:PeerDistDataV3")]
    [InlineData("PeerDist:PeerDistData", "unknown:PeerDistData")]
    [InlineData("PeerDist:PeerDistData", "PeerDist:PeerDistData wsd:Other")]
    [InlineData("PeerDist:PeerDistData", "")]
    [InlineData("strcmp0", "rfc3986")]
    [InlineData("discovery/Probe", "discovery/Resolve")]
    [InlineData("2005/04", "2009/01")]
    [InlineData("2003/05/soap-envelope", "2003/05/soap")]
    [InlineData("urn:uuid:91528b47", "")]
    [InlineData("urn:uuid:91528b47", "urn uuid")]
    [InlineData("wsd:Probe>", "wsd:Hello>")]
    public void What_is_no_probe_of_PeerDist_is_refused(string from, string to)
    {
        string text = DiscoveryVectors.ProbeV1.Replace(from, to, StringComparison.Ordinal);
        text = from.StartsWith("urn:uuid", StringComparison.Ordinal) && to.Length == 0
            ? text.Replace("-b96d-4e30-981f-308c0586926f", "", StringComparison.Ordinal)
            : text;

        Assert.NotNull(Read(DiscoveryVectors.ProbeV1));
        Assert.Null(Read(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("0200")]
    [InlineData("02000000000000000000000000000000000000000000000000000000000000 00")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000 urn:other")]
    [InlineData("<x>0200000000000000000000000000000000000000000000000000000000000000</x>")]
    public void A_badly_formed_scope_makes_the_probe_malformed(string scopes)
    {
        Assert.Null(Read(DiscoveryVectors.ProbeV1.Replace(DiscoveryVectors.LongId, scopes, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AA==")]
    [InlineData("ACAA")]
    [InlineData("ACAB")]
    [InlineData("IAAB")]
    [InlineData("not base64!")]
    [InlineData("ABABAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_badly_packed_scope_makes_the_probe_malformed(string scopes)
    {
        const string good = "ACACI74aAQAAAAAwHRoBAAAAAEEAQQBEAHkAZwBNAE0AMQAjvhoBAAAAADAdGgEAAAAAQQBBAEQAeQBnAE0ATQAxAA==";

        Assert.Null(Read(DiscoveryVectors.ProbeV2.Replace(good, scopes, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ACAC", "ACAD")]
    [InlineData("ACAC", "ACAB")]
    [InlineData("ACAC", "ADAC")]
    public void Counts_of_a_packed_scope_must_agree_with_its_bytes(string head, string wrong)
    {
        Assert.Null(Read(DiscoveryVectors.ProbeV2.Replace(head, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_document_type_is_refused()
    {
        string text = DiscoveryVectors.ProbeV1.Replace(
            "<soap:Envelope", "<!DOCTYPE x [<!ENTITY a \"b\">]><soap:Envelope", StringComparison.Ordinal);

        Assert.Null(Read(text));
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("<a>", 40)) + string.Concat(Enumerable.Repeat("</a>", 40));

        Assert.NotNull(Read(With("<a/>")));
        Assert.Null(Read(With(deep)));

        static string With(string more) =>
            DiscoveryVectors.ProbeV1.Replace("</wsd:Probe>", more + "</wsd:Probe>", StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_longer_than_a_message_may_be_is_not_even_parsed()
    {
        string scopes = string.Join(' ', Enumerable.Range(0, 200).Select(number => DiscoveryVectors.Id(number)));
        string text = DiscoveryVectors.ProbeV1.Replace(DiscoveryVectors.LongId, scopes, StringComparison.Ordinal);

        Assert.Null(Read(text));
        Assert.NotNull(Read(DiscoveryVectors.ProbeV1 + new string('\n', 100)));
        Assert.Null(Read(DiscoveryVectors.ProbeV1 + new string('\n', WsdEnvelope.MaximumLength)));
    }

    [Fact]
    public void A_second_element_of_a_name_is_refused()
    {
        string types = "<wsd:Types>PeerDist:PeerDistData</wsd:Types>";

        Assert.Null(Read(DiscoveryVectors.ProbeV1.Replace("<wsd:Probe>", "<wsd:Probe>" + types, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(PeerContentVersion.V1, 32)]
    [InlineData(PeerContentVersion.V1, 64)]
    [InlineData(PeerContentVersion.V2, 32)]
    [InlineData(PeerContentVersion.V2, 48)]
    public void A_full_probe_is_read_as_it_was_written_and_no_longer_than_allowed(PeerContentVersion version, int length)
    {
        int capacity = Probe.CapacityFor(version, length);
        var probe = new Probe
        {
            MessageId = DiscoveryVectors.ProbeId,
            Version = version,
            Segments = [.. Enumerable.Range(0, capacity).Select(number => DiscoveryVectors.Id(number, length))],
        };

        byte[] bytes = probe.Write();

        Assert.InRange(bytes.Length, Probe.MaximumLength - 600, Probe.MaximumLength);
        Assert.True(WsdEnvelope.TryRead(bytes, out WsdEnvelope? envelope));
        Assert.True(Probe.TryRead(envelope, out Probe? read));
        Assert.Equal(probe.Segments, read.Segments);
        Assert.Equal(probe.Version, read.Version);
    }

    private static Probe? Read(string text) =>
        WsdEnvelope.TryRead(DiscoveryVectors.Bytes(text), out WsdEnvelope? envelope)
        && Probe.TryRead(envelope, out Probe? probe)
            ? probe
            : null;
}
