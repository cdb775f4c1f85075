using System.Text;
using PeerNet.Engine.Distribution;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;

/// <summary>
/// The examples of MS-PCCRD 4, with the quotation marks that its text has lost, and each id on one line: whitespace in a
/// list separates items.
/// </summary>
internal static class DiscoveryVectors
{
    public const string ProbeId = "urn:uuid:91528b47-b96d-4e30-981f-308c0586926f";
    public const string LongId =
        "02000000000000000000000000000000000000000000000000000000000000000"
        + "000000000000000000000000000000000000000000000000000000000000000";

    public const string FirstId = "0200000000000000000000000000000000000000000000000000000000000000";
    public const string PackedId = "23BE1A0100000000301D1A0100000000410041004400790067004D004D003100";

    private const string Head = """
        <?xml version="1.0" encoding="utf-8"?>
        <soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"
        xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"
        xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery"
        xmlns:PeerDist=
        "http://schemas.microsoft.com/p2p/2007/09/PeerDistributionDiscovery">
        <soap:Header>
        <wsa:To>

        """;

    private const string ProbeHead = Head + """
        urn:schemas-xmlsoap-org:ws:2005:04:discovery
        </wsa:To>
        <wsa:Action>
        http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe
        </wsa:Action>
        <wsa:MessageID>
        urn:uuid:91528b47-b96d-4e30-981f-308c0586926f
        </wsa:MessageID>
        </soap:Header>
        <soap:Body>
        <wsd:Probe>
        <wsd:Types>

        """;

    private const string MatchHead = Head + """
        http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous
        </wsa:To>
        <wsa:Action>
        http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches
        </wsa:Action>
        <wsa:MessageID>
        urn:uuid:7f4b09a3-96c9-4170-9eb3-1c805a52f444
        </wsa:MessageID>
        <wsa:RelatesTo>
        urn:uuid:91528b47-b96d-4e30-981f-308c0586926f
        </wsa:RelatesTo>
        <wsd:AppSequence InstanceId="1218765447" MessageNumber="4"/>
        </soap:Header>
        <soap:Body>
        <wsd:ProbeMatches>
        <wsd:ProbeMatch>
        <wsa:EndpointReference>
        <wsa:Address>
        urn:uuid:87A89944-0230-43a5-AC4E-FAB1386C8E2C
        </wsa:Address>
        </wsa:EndpointReference>
        <wsd:Types>

        """;

    /// <summary>MS-PCCRD 4.1.</summary>
    public const string ProbeV1 = ProbeHead + """
        PeerDist:PeerDistData
        </wsd:Types>
        <wsd:Scopes
        MatchBy=
        "http://schemas.xmlsoap.org/ws/2005/04/discovery/strcmp0">

        """ + LongId + """

        </wsd:Scopes>
        </wsd:Probe>
        </soap:Body>
        </soap:Envelope>
        """;

    /// <summary>MS-PCCRD 4.2.</summary>
    public const string ProbeV2 = ProbeHead + """
        PeerDist:PeerDistDataV2
        </wsd:Types>
        <wsd:Scopes
        MatchBy=
        "http://schemas.microsoft.com/p2p/2010/05/PeerDistV2MatchingRule">
        ACACI74aAQAAAAAwHRoBAAAAAEEAQQBEAHkAZwBNAE0AMQAjvhoBAAAAADAdGgEAAAAAQQBBAEQAeQBnAE0ATQAxAA== </wsd:Scopes>
        </wsd:Probe>
        </soap:Body>
        </soap:Envelope>
        """;

    /// <summary>MS-PCCRD 4.3.</summary>
    public const string MatchV1 = MatchHead + """
        PeerDist:PeerDistData
        </wsd:Types>
        <wsd:Scopes>

        """ + LongId + """

        </wsd:Scopes>
        <wsd:XAddrs>
        157.59.141.183:54321
        </wsd:XAddrs>
        <wsd:MetadataVersion>
        1
        </wsd:MetadataVersion>
        <PeerDist:PeerDistData>
        <PeerDist:BlockCount>
        0000002A
        </PeerDist:BlockCount>
        </PeerDist:PeerDistData>
        </wsd:ProbeMatch>
        </wsd:ProbeMatches>
        </soap:Body>
        </soap:Envelope>
        """;

    /// <summary>MS-PCCRD 4.4.</summary>
    public const string MatchV2 = MatchHead + """
        PeerDist:PeerDistDataV2
        </wsd:Types>
        <wsd:Scopes>
        /////////////w==
        </wsd:Scopes>
        <wsd:XAddrs>
        157.59.141.183:54321
        </wsd:XAddrs>
        <wsd:MetadataVersion>
        2
        </wsd:MetadataVersion>
        <PeerDist:PeerDistData>
        <PeerDist:SegmentAges>
        AAEDAgBg6gACYOoA
        </PeerDist:SegmentAges>
        </PeerDist:PeerDistData>
        </wsd:ProbeMatch>
        </wsd:ProbeMatches>
        </soap:Body>
        </soap:Envelope>
        """;

    public static IReadOnlyList<string> All { get; } = [ProbeV1, ProbeV2, MatchV1, MatchV2];

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static SegmentId Id(string text) =>
        SegmentId.TryParse(text, out SegmentId id) ? id : throw new ArgumentException(text);

    /// <summary>An id that differs from those of other numbers in its last bytes.</summary>
    public static SegmentId Id(int number, int length = 32) =>
        Id(number.ToString("X8", System.Globalization.CultureInfo.InvariantCulture).PadLeft(2 * length, 'A'));
}
