using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;

public sealed class ProbeMatchesTests
{
    private static readonly IPEndPoint Peer = IPEndPoint.Parse("157.59.141.183:54321");

    [Fact]
    public void The_specifications_answer_of_version_1_is_read()
    {
        ProbeMatches answer = Read(DiscoveryVectors.MatchV1)!;

        Assert.Equal("urn:uuid:7f4b09a3-96c9-4170-9eb3-1c805a52f444", answer.MessageId);
        Assert.Equal(DiscoveryVectors.ProbeId, answer.RelatesTo);
        Assert.Equal(new(1218765447, 4), answer.Sequence);
        ProbeMatch match = Assert.Single(answer.Matches);
        Assert.Equal("urn:uuid:87A89944-0230-43a5-AC4E-FAB1386C8E2C", match.Address);
        Assert.Equal(PeerContentVersion.V1, match.Version);
        Assert.Equal([Peer], match.XAddrs);
        Assert.Equal([new(DiscoveryVectors.Id(DiscoveryVectors.LongId), 42)], match.Segments);
    }

    [Fact]
    public void The_specifications_answer_of_version_2_is_read()
    {
        ProbeMatch match = Assert.Single(Read(DiscoveryVectors.MatchV2)!.Matches);

        Assert.Equal(PeerContentVersion.V2, match.Version);
        Assert.Equal([Peer], match.XAddrs);
        Assert.Equal(Enumerable.Repeat(SegmentAvailability.Complete, 40), match.Availability);
        Assert.Equal(
            [new SegmentAge(0, TimeSpan.FromMinutes(10)), new SegmentAge(2, TimeSpan.FromMinutes(10))],
            match.Ages!.Ages);
    }

    [Fact]
    public void An_answer_of_version_1_is_written_letter_by_letter()
    {
        var answer = new ProbeMatches
        {
            MessageId = "urn:uuid:7f4b09a3-96c9-4170-9eb3-1c805a52f444",
            RelatesTo = DiscoveryVectors.ProbeId,
            Sequence = new(1218765447, 4),
            Matches =
            [
                new()
                {
                    Address = "urn:uuid:87A89944-0230-43a5-AC4E-FAB1386C8E2C",
                    Version = PeerContentVersion.V1,
                    XAddrs = [Peer, IPEndPoint.Parse("[fe80::1%3]:80")],
                    Segments =
                    [
                        new(DiscoveryVectors.Id(DiscoveryVectors.FirstId), 42),
                        new(DiscoveryVectors.Id(DiscoveryVectors.PackedId), 512),
                    ],
                },
            ],
        };

        Assert.Equal(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope"
            + " xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\""
            + " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
            + " xmlns:wsd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""
            + " xmlns:PeerDist=\"http://schemas.microsoft.com/p2p/2007/09/PeerDistributionDiscovery\">"
            + "<soap:Header><wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>"
            + "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action>"
            + "<wsa:MessageID>urn:uuid:7f4b09a3-96c9-4170-9eb3-1c805a52f444</wsa:MessageID>"
            + "<wsa:RelatesTo>urn:uuid:91528b47-b96d-4e30-981f-308c0586926f</wsa:RelatesTo>"
            + "<wsd:AppSequence InstanceId=\"1218765447\" MessageNumber=\"4\"/></soap:Header>"
            + "<soap:Body><wsd:ProbeMatches><wsd:ProbeMatch><wsa:EndpointReference>"
            + "<wsa:Address>urn:uuid:87A89944-0230-43a5-AC4E-FAB1386C8E2C</wsa:Address></wsa:EndpointReference>"
            + "<wsd:Types>PeerDist:PeerDistData</wsd:Types>"
            + "<wsd:Scopes>" + DiscoveryVectors.FirstId + " " + DiscoveryVectors.PackedId + "</wsd:Scopes>"
            + "<wsd:XAddrs>157.59.141.183:54321 [fe80::1]:80</wsd:XAddrs>"
            + "<wsd:MetadataVersion>1</wsd:MetadataVersion>"
            + "<PeerDist:PeerDistData><PeerDist:BlockCount>0000002A00000200</PeerDist:BlockCount></PeerDist:PeerDistData>"
            + "</wsd:ProbeMatch></wsd:ProbeMatches></soap:Body></soap:Envelope>",
            System.Text.Encoding.UTF8.GetString(answer.Write()));
    }

    [Fact]
    public void An_answer_of_version_2_is_written_letter_by_letter()
    {
        var match = new ProbeMatch
        {
            Address = "urn:a",
            Version = PeerContentVersion.V2,
            XAddrs = [Peer],
            Availability =
            [
                SegmentAvailability.Complete, SegmentAvailability.Partial, SegmentAvailability.None,
                SegmentAvailability.Complete, SegmentAvailability.Partial,
            ],
            Ages = new([new(0, TimeSpan.FromMinutes(10)), new(2, TimeSpan.FromMinutes(10))]),
        };

        // 11 10 00 11 and 10 with six bits of padding.
        Assert.EndsWith(
            "<wsd:Types>PeerDist:PeerDistDataV2</wsd:Types><wsd:Scopes>44A=</wsd:Scopes>"
            + "<wsd:XAddrs>157.59.141.183:54321</wsd:XAddrs><wsd:MetadataVersion>2</wsd:MetadataVersion>"
            + "<PeerDist:PeerDistData><PeerDist:SegmentAges>AAEDAgBg6gACYOoA</PeerDist:SegmentAges>"
            + "</PeerDist:PeerDistData></wsd:ProbeMatch>",
            match.Write(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_probe_was_called_is_repeated_harmlessly()
    {
        const string name = "urn:x?a=<b>&c";
        var answer = new ProbeMatches
        {
            MessageId = "urn:m",
            RelatesTo = name,
            Matches = [Match(PeerContentVersion.V1) with { Segments = [new(DiscoveryVectors.Id(1), 1)] }],
        };

        Assert.Equal(name, Read(System.Text.Encoding.UTF8.GetString(answer.Write()))!.RelatesTo);
    }

    [Theory]
    [InlineData("001900040010", 25, 4, 16)]
    [InlineData("000000190000000400000010", 25, 4, 16)]
    [InlineData("0000 0019\n00000004 00000010", 25, 4, 16)]
    [InlineData("ffffffff0000000000000200", 4294967295, 0, 512)]
    public void Block_counts_may_have_two_or_four_bytes(string digits, uint first, uint second, uint third)
    {
        ProbeMatch match = Assert.Single(Read(WithSegments(3, digits))!.Matches);

        Assert.Equal([first, second, third], match.Segments.Select(segment => segment.BlockCount));
    }

    [Theory]
    [InlineData("")]
    [InlineData("19")]
    [InlineData("0019000400")]
    [InlineData("00190004001")]
    [InlineData("0019000400100001")]
    [InlineData("001900040zzz")]
    [InlineData("+019-004 010")]
    public void Block_counts_that_fit_no_number_of_ids_are_malformed(string digits) =>
        Assert.Null(Read(WithSegments(3, digits)));

    [Theory]
    [InlineData("192.0.2.1:80 [fe80::1]:8080", "192.0.2.1:80", "[fe80::1]:8080")]
    [InlineData("http://192.0.2.1:80/ host:80 192.0.2.1 fe80::1:80 192.0.2.1:0 192.0.2.1:99999 192.0.2.2:1", "192.0.2.2:1")]
    [InlineData("")]
    public void Addresses_are_those_with_a_port(string text, params string[] expected)
    {
        ProbeMatch match = Assert.Single(
            Read(DiscoveryVectors.MatchV1.Replace("157.59.141.183:54321", text, StringComparison.Ordinal))!.Matches);

        Assert.Equal(expected.Select(IPEndPoint.Parse), match.XAddrs);
    }

    [Fact]
    public void No_more_addresses_are_read_than_allowed()
    {
        string many = string.Join(' ', Enumerable.Range(1, 200).Select(port => $"192.0.2.1:{port}"));
        ProbeMatch match = Assert.Single(
            Read(DiscoveryVectors.MatchV1.Replace("157.59.141.183:54321", many, StringComparison.Ordinal))!.Matches);

        Assert.Equal(ProbeMatch.MaximumXAddrs, match.XAddrs.Count);
    }

    [Theory]
    [InlineData("AAEDAgBg6gACYOoA", "AAIDAgBg6gACYOoA")]
    [InlineData("AAEDAgBg6gACYOoA", "AAEDAwBg6gACYOoA")]
    [InlineData("AAEDAgBg6gACYOoA", "!")]
    public void Bad_ages_are_discarded_and_the_rest_is_kept(string from, string to)
    {
        ProbeMatch match = Assert.Single(
            Read(DiscoveryVectors.MatchV2.Replace(from, to, StringComparison.Ordinal))!.Matches);

        Assert.Null(match.Ages);
        Assert.Equal(40, match.Availability.Count);
    }

    [Theory]
    [InlineData("/////////////w==", "")]
    [InlineData("/////////////w==", "*")]
    [InlineData("PeerDist:PeerDistDataV2", "PeerDist:Other")]
    [InlineData("wsa:RelatesTo>", "wsa:Other>")]
    [InlineData("wsd:XAddrs>", "wsd:Other>")]
    [InlineData("wsa:EndpointReference>", "wsa:Other>")]
    [InlineData("wsd:ProbeMatch>", "wsd:Other>")]
    [InlineData("MessageNumber=\"4\"", "MessageNumber=\"-4\"")]
    [InlineData("MessageNumber=\"4\"", "")]
    [InlineData("PeerDist:PeerDistData>", "PeerDist:Other>")]
    public void What_breaks_the_rules_is_malformed(string from, string to) =>
        Assert.Null(Read(DiscoveryVectors.MatchV2.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void A_sender_without_a_sequence_is_heard()
    {
        string text = DiscoveryVectors.MatchV2.Replace(
            "<wsd:AppSequence InstanceId=\"1218765447\" MessageNumber=\"4\"/>", "", StringComparison.Ordinal);

        Assert.Equal(default, Read(text)!.Sequence);
    }

    [Fact]
    public void More_availability_than_ids_fit_into_a_probe_is_malformed()
    {
        Assert.NotNull(Read(WithBits(64)));
        Assert.Null(Read(WithBits(65)));

        static string WithBits(int bytes) => DiscoveryVectors.MatchV2.Replace(
            "/////////////w==", Convert.ToBase64String(new byte[bytes]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(48)]
    [InlineData(64)]
    public void A_full_answer_of_version_1_is_no_longer_than_a_message_may_be(int length)
    {
        ProbeMatch match = Match(PeerContentVersion.V1) with
        {
            Segments =
            [
                .. Enumerable.Range(0, ProbeMatch.CapacityFor(length))
                    .Select(number => new SegmentBlockCount(DiscoveryVectors.Id(number, length), 512)),
            ],
        };

        Assert.Equal(match.Segments, Assert.Single(Worst(match).Matches).Segments);
    }

    [Fact]
    public void A_full_answer_of_version_2_is_no_longer_than_a_message_may_be()
    {
        ProbeMatch match = Match(PeerContentVersion.V2) with
        {
            Availability = [.. Enumerable.Repeat(SegmentAvailability.Partial, Probe.MaximumSegments)],
            Ages = new([.. Enumerable.Range(0, 255).Select(index => new SegmentAge((byte)index, TimeSpan.FromDays(1)))]),
        };

        ProbeMatch read = Assert.Single(Worst(match).Matches);

        Assert.Equal(match.Availability, read.Availability.Take(Probe.MaximumSegments));
        Assert.Equal(SegmentAvailability.None, read.Availability[^1]);
        Assert.Equal(match.Ages.Ages, read.Ages!.Ages);
    }

    // The longest names, and addresses as long as they get.
    private static ProbeMatches Worst(ProbeMatch match)
    {
        var answer = new ProbeMatches
        {
            MessageId = "urn:uuid:7f4b09a3-96c9-4170-9eb3-1c805a52f444",
            RelatesTo = new('&', WsdElements.MaximumUri),
            Sequence = new(uint.MaxValue, uint.MaxValue),
            Matches =
            [
                match with
                {
                    XAddrs =
                    [
                        .. Enumerable.Range(1, PeerNet.Engine.Transport.MulticastPlace.MaximumPublished)
                            .Select(n => IPEndPoint.Parse($"[fd00:1111:2222:3333:4444:5555:6666:777{n}]:65535")),
                    ],
                },
            ],
        };
        byte[] bytes = answer.Write();

        Assert.InRange(bytes.Length, 0, WsdEnvelope.MaximumLength);
        return Read(System.Text.Encoding.UTF8.GetString(bytes))!;
    }

    private static ProbeMatch Match(PeerContentVersion version) => new()
    {
        Address = "urn:uuid:87A89944-0230-43a5-AC4E-FAB1386C8E2C",
        Version = version,
        XAddrs = [Peer],
    };

    private static string WithSegments(int count, string digits) => DiscoveryVectors.MatchV1
        .Replace(
            DiscoveryVectors.LongId,
            string.Join("\r\n\t", Enumerable.Range(1, count).Select(number => DiscoveryVectors.Id(number))),
            StringComparison.Ordinal)
        .Replace("0000002A", digits, StringComparison.Ordinal);

    private static ProbeMatches? Read(string text) =>
        WsdEnvelope.TryRead(DiscoveryVectors.Bytes(text), out WsdEnvelope? envelope)
        && ProbeMatches.TryRead(envelope, out ProbeMatches? answer)
            ? answer
            : null;
}
