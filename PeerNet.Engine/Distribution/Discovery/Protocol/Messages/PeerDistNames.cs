using System.Xml.Linq;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

/// <summary>The names that PeerDist adds to those of WS-Discovery (MS-PCCRD 2.2.1).</summary>
internal static class PeerDistNames
{
    /// <summary>The rule of version 1.0: scopes are compared letter by letter.</summary>
    public const string CompareText = WsdNames.CompareText;

    /// <summary>The rule of version 2.0 (MS-PCCRD 2.2.2.1).</summary>
    public const string CompareBits = "http://schemas.microsoft.com/p2p/2010/05/PeerDistV2MatchingRule";

    /// <summary>The type of version 1.0, and the element of both that holds what is PeerDist's own.</summary>
    public const string Data = "PeerDistData";

    /// <summary>The type of version 2.0.</summary>
    public const string DataV2 = "PeerDistDataV2";

    public static readonly XNamespace PeerDist = "http://schemas.microsoft.com/p2p/2007/09/PeerDistributionDiscovery";

    /// <summary>The prefix that this implementation writes.</summary>
    public static readonly WsdPrefix Prefix = new("PeerDist", PeerDist);
}

/// <summary>Reads what is PeerDist's own in the elements of hostile messages. Nothing throws.</summary>
internal static class PeerDistElements
{
    extension(XElement parent)
    {
        /// <summary>The version that Types names. It is a list of QNames, whose prefixes are the sender's choice; one
        /// name is all that MS-PCCRD 2.2.3.1 allows.</summary>
        public bool TryGetVersion(out PeerContentVersion version)
        {
            version = default;
            if (!parent.TryGetOnly(WsdNames.Discovery + "Types", out XElement? types) || types.HasElements
                || types.QNames() is not [{ } name] || name.Namespace != PeerDistNames.PeerDist)
            {
                return false;
            }

            version = name.LocalName switch
            {
                PeerDistNames.Data => PeerContentVersion.V1,
                PeerDistNames.DataV2 => PeerContentVersion.V2,
                _ => default,
            };
            return version != default;
        }
    }
}
