using System.Net;
using System.Text;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Identity;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Collaboration.Protocol.Messages;

/// <summary>Messages of people near me, as they go over the link.</summary>
internal static class NearVectors
{
    public const string Authority = "0123456789abcdef0123456789abcdef01234567";

    private const string Head =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\""
        + " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
        + " xmlns:wsd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""
        + " xmlns:near=\"urn:peernet:collaboration:1\">"
        + "<soap:Header><wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>"
        + "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/";

    private const string Id = "</wsa:Action><wsa:MessageID>urn:uuid:7f4b09a3-96c9-4170-9eb3-1c805a52f444</wsa:MessageID>";
    private const string Sequence = "<wsd:AppSequence InstanceId=\"1796000000\" MessageNumber=\"4\"/>";
    private const string Endpoint =
        "<wsa:EndpointReference><wsa:Address>urn:uuid:91528b47-b96d-4e30-981f-308c0586926f</wsa:Address>"
        + "</wsa:EndpointReference>";

    public const string HelloText = Head + "Hello" + Id + Sequence + "</soap:Header><soap:Body><wsd:Hello>" + Endpoint
        + "<wsd:Types>near:Person</wsd:Types><wsd:XAddrs>tcp://192.0.2.7:40001 tcp://[fe80::7]:40001</wsd:XAddrs>"
        + "<wsd:MetadataVersion>3</wsd:MetadataVersion>"
        + "<near:Name>" + Authority + ".alice</near:Name>"
        + "<near:DisplayName>Alice &lt;A&amp;B&gt; ✓</near:DisplayName>"
        + "<near:EndpointName>study</near:EndpointName>"
        + "<near:Lifetime>150</near:Lifetime></wsd:Hello></soap:Body></soap:Envelope>";

    public const string ProbeText = Head + "Probe" + Id + "</soap:Header><soap:Body><wsd:Probe>"
        + "<wsd:Types>near:Person</wsd:Types></wsd:Probe></soap:Body></soap:Envelope>";

    public const string ByeText = Head + "Bye" + Id + Sequence + "</soap:Header><soap:Body><wsd:Bye>" + Endpoint
        + "<near:Name>" + Authority + ".alice</near:Name></wsd:Bye></soap:Body></soap:Envelope>";

    /// <summary>The same announcement, written by somebody with other habits.</summary>
    public const string ForeignHelloText = """
        <e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' xmlns='http://schemas.xmlsoap.org/ws/2005/04/discovery'>
          <!-- said by somebody else -->
          <e:Header xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">
            <x:Trace xmlns:x="urn:other" e:mustUnderstand="false"><x:Hop>1</x:Hop></x:Trace>
            <AppSequence SequenceId="urn:s" MessageNumber="4" InstanceId="1796000000"></AppSequence>
            <a:MessageID>
              URN:UUID:7F4B09A3-96C9-4170-9EB3-1C805A52F444
            </a:MessageID>
            <a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello</a:Action>
          </e:Header>
          <?habit others?>
          <e:Body>
            <Hello>
              <p:Lifetime xmlns:p="urn:peernet:collaboration:1"> 150 </p:Lifetime>
              <EndpointName xmlns="urn:peernet:collaboration:1"><![CDATA[study]]></EndpointName>
              <p:DisplayName p:lang="en" xmlns:p="urn:peernet:collaboration:1">Alice &#60;A&#x26;B> &#x2713;</p:DisplayName>
              <p:Name xmlns:p="urn:peernet:collaboration:1">0123456789abcdef0123456789abcdef01234567.alice</p:Name>
              <p:Mood xmlns:p="urn:peernet:collaboration:1">a later version's</p:Mood>
              <MetadataVersion>
                0003
              </MetadataVersion>
              <XAddrs>
                quic://192.0.2.7:1 TCP://192.0.2.7:40001
                tcp://[fe80::7%5]:40001
              </XAddrs>
              <Scopes/>
              <Types xmlns:q="urn:peernet:collaboration:1" xmlns:z="urn:other">z:Printer q:Person</Types>
              <EndpointReference xmlns="http://schemas.xmlsoap.org/ws/2004/08/addressing">
                <Address>urn:uuid:91528B47-b96d-4e30-981f-308c0586926f</Address>
              </EndpointReference>
            </Hello>
          </e:Body>
        </e:Envelope>
        """;

    public static NearHello Hello { get; } = new()
    {
        MessageId = new("7f4b09a3-96c9-4170-9eb3-1c805a52f444"),
        Sequence = new(1_796_000_000, 4),
        EndpointId = new("91528b47-b96d-4e30-981f-308c0586926f"),
        Person = PeerName.Parse(Authority + ".alice"),
        DisplayName = "Alice <A&B> ✓",
        EndpointName = "study",
        Lifetime = TimeSpan.FromSeconds(150),
        Addresses = [IPEndPoint.Parse("192.0.2.7:40001"), IPEndPoint.Parse("[fe80::7]:40001")],
        MetadataVersion = 3,
    };

    public static NearProbe Probe { get; } = new() { MessageId = Hello.MessageId };

    public static NearBye Bye { get; } = new()
    {
        MessageId = Hello.MessageId,
        Sequence = Hello.Sequence,
        EndpointId = Hello.EndpointId,
        Person = Hello.Person,
    };

    /// <summary>One of each, and one in another form.</summary>
    public static IReadOnlyList<string> All { get; } = [HelloText, ProbeText, ByeText, ForeignHelloText];

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public static WsdEnvelope? Open(string text) =>
        WsdEnvelope.TryRead(Bytes(text), out WsdEnvelope? envelope) ? envelope : null;

    public static NearHello? ReadHello(string text) =>
        Open(text) is { } envelope && NearHello.TryRead(envelope, out NearHello? hello) ? hello : null;

    public static NearProbe? ReadProbe(string text) =>
        Open(text) is { } envelope && NearProbe.TryRead(envelope, out NearProbe? probe) ? probe : null;

    public static NearBye? ReadBye(string text) =>
        Open(text) is { } envelope && NearBye.TryRead(envelope, out NearBye? bye) ? bye : null;

    /// <summary>Whether the bytes are a message of people near me.</summary>
    public static bool IsRead(ReadOnlySpan<byte> bytes) =>
        WsdEnvelope.TryRead(bytes, out WsdEnvelope? envelope)
        && (NearHello.TryRead(envelope, out _) | NearProbe.TryRead(envelope, out _) | NearBye.TryRead(envelope, out _));

    /// <summary>Asserts that two announcements say the same.</summary>
    public static void AssertSame(NearHello expected, NearHello? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Addresses, actual.Addresses);
        Assert.Equal(expected, actual with { Addresses = expected.Addresses });
    }
}
