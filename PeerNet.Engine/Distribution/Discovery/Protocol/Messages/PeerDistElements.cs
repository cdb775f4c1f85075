using System.Xml.Linq;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

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
