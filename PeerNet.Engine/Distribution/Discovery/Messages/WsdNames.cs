using System.Xml.Linq;

namespace PeerNet.Engine.Distribution.Discovery.Messages;

/// <summary>The names of the messages (MS-PCCRD 2.2.1; WS-Discovery, April 2005).</summary>
internal static class WsdNames
{
    public const string SoapUri = "http://www.w3.org/2003/05/soap-envelope";
    public const string AddressingUri = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
    public const string DiscoveryUri = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
    public const string PeerDistUri = "http://schemas.microsoft.com/p2p/2007/09/PeerDistributionDiscovery";

    /// <summary>Whom a probe is addressed to: everybody.</summary>
    public const string Everybody = "urn:schemas-xmlsoap-org:ws:2005:04:discovery";

    /// <summary>Whom an answer is addressed to: whoever has asked.</summary>
    public const string Anonymous = AddressingUri + "/role/anonymous";

    public const string ProbeAction = DiscoveryUri + "/Probe";
    public const string ProbeMatchesAction = DiscoveryUri + "/ProbeMatches";

    /// <summary>Scopes are compared letter by letter (WS-Discovery 5.1): the rule of version 1.0.</summary>
    public const string CompareText = DiscoveryUri + "/strcmp0";

    /// <summary>The rule of version 2.0 (MS-PCCRD 2.2.2.1).</summary>
    public const string CompareBits = "http://schemas.microsoft.com/p2p/2010/05/PeerDistV2MatchingRule";

    /// <summary>The type of version 1.0, and the element of both that holds what is PeerDist's own.</summary>
    public const string PeerDistData = "PeerDistData";

    /// <summary>The type of version 2.0.</summary>
    public const string PeerDistDataV2 = "PeerDistDataV2";

    public static readonly XNamespace Soap = SoapUri;
    public static readonly XNamespace Addressing = AddressingUri;
    public static readonly XNamespace Discovery = DiscoveryUri;
    public static readonly XNamespace PeerDist = PeerDistUri;
}
