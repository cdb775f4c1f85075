using System.Xml.Linq;

namespace PeerNet.Engine.WsDiscovery;

/// <summary>The names that all applications of WS-Discovery share (April 2005).</summary>
internal static class WsdNames
{
    public const string SoapUri = "http://www.w3.org/2003/05/soap-envelope";
    public const string AddressingUri = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
    public const string DiscoveryUri = "http://schemas.xmlsoap.org/ws/2005/04/discovery";

    /// <summary>Whom a probe, a hello and a bye are addressed to: everybody.</summary>
    public const string Everybody = "urn:schemas-xmlsoap-org:ws:2005:04:discovery";

    /// <summary>Whom an answer is addressed to: whoever has asked.</summary>
    public const string Anonymous = AddressingUri + "/role/anonymous";

    public const string HelloAction = DiscoveryUri + "/Hello";
    public const string ByeAction = DiscoveryUri + "/Bye";
    public const string ProbeAction = DiscoveryUri + "/Probe";
    public const string ProbeMatchesAction = DiscoveryUri + "/ProbeMatches";

    /// <summary>Scopes are compared letter by letter (WS-Discovery 5.1).</summary>
    public const string CompareText = DiscoveryUri + "/strcmp0";

    public static readonly XNamespace Soap = SoapUri;
    public static readonly XNamespace Addressing = AddressingUri;
    public static readonly XNamespace Discovery = DiscoveryUri;
}
