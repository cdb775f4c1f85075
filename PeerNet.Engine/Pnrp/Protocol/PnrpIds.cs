using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Computes PNRP IDs: a P2P ID and a service location (MS-PNRP 1.3.1.2).</summary>
internal static class PnrpIds
{
    /// <summary>The id of one registration of a name.</summary>
    /// <param name="suite">The suite of the cloud.</param>
    /// <param name="name">The peer name.</param>
    /// <param name="prefix">The upper half of the service location.</param>
    /// <param name="suffix">The lower half of the service location.</param>
    public static PnrpId Create(SuiteAlgorithms suite, PeerName name, ulong prefix, ulong suffix) =>
        new(P2PIds.Create(suite, name), new Bits128(prefix, suffix));
}
