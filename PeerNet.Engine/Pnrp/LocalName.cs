using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

/// <summary>A name that this node publishes: makes its signed answers (MS-PNRP 3.2.5.6 to 3.2.5.9).</summary>
internal sealed class LocalName
{
    /// <summary>Prepares a name for one cloud.</summary>
    /// <param name="key">The key that signs; stays the caller's.</param>
    /// <param name="name">The peer name. Secure names belong to <paramref name="key"/> or to the root of the chain.</param>
    /// <param name="locationPrefix">The upper half of the service location.</param>
    /// <param name="locationSuffix">The lower half: random for every registration.</param>
    /// <param name="payload">What the application publishes.</param>
    /// <param name="certificateChain">The PKCS #7 delegation chain, if the name is another identity's.</param>
    /// <param name="cpaLifetime">How long a CPA is valid: 12 hours to a week.</param>
    public LocalName(
        PeerPrivateKey key,
        PeerName name,
        ulong locationPrefix,
        ulong locationSuffix,
        LocalNamePayload payload,
        byte[]? certificateChain = null,
        TimeSpan? cpaLifetime = null) => throw new NotImplementedException();

    public PnrpId Id { get; }

    public PeerName Name { get; }

    public LocalNamePayload Payload { get; }

    /// <summary>The whole AUTHORITY_BUFFER that answers an INQUIRE (MS-PNRP 3.2.5.6).</summary>
    public byte[] BuildAuthority(InquireFlags flags, UInt128 nonce, DateTimeOffset utc, RouteEntry ownEntry) =>
        throw new NotImplementedException();

    /// <summary>The Encoded CPA that withdraws the registration (MS-PNRP 3.2.4.2).</summary>
    public byte[] BuildRevokeCpa(DateTimeOffset utc) => throw new NotImplementedException();
}
