using PeerNet.Engine.Pnrp.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

/// <summary>Checks CPAs and what comes with them (MS-PNRP 3.1.5.7 to 3.1.5.10).</summary>
internal static class AuthorityValidator
{
    /// <summary>Checks the answer to an INQUIRE.</summary>
    /// <param name="suite">The node's suite.</param>
    /// <param name="buffer">The answer.</param>
    /// <param name="expectedId">The Validate PNRP ID of the INQUIRE.</param>
    /// <param name="nonce">The nonce of the INQUIRE; zero where it had none.</param>
    /// <param name="utc">The time by the node's clock.</param>
    /// <param name="name">What the CPA certifies, where the verdict is <see cref="CpaVerdict.Valid"/>.</param>
    /// <param name="asked">What the INQUIRE asked for: an extended payload that was asked for must be there if the
    /// registration has one.</param>
    public static CpaVerdict Validate(
        SuiteAlgorithms suite,
        in AuthorityBuffer buffer,
        PnrpId expectedId,
        UInt128 nonce,
        DateTimeOffset utc,
        out CertifiedName? name,
        InquireFlags asked = InquireFlags.None) => throw new NotImplementedException();

    /// <summary>Checks a revoke CPA from a FLOOD (MS-PNRP 3.1.5.5).</summary>
    /// <param name="suite">The node's suite.</param>
    /// <param name="cpa">The Encoded CPA.</param>
    /// <param name="utc">The time by the node's clock.</param>
    /// <param name="id">The registration that is withdrawn, once the CPA could be read.</param>
    /// <param name="signer">The key whose signature is on it, once that has been verified.</param>
    /// <param name="isSecure">Whether the name is a secure one. Of an unsecured name anybody can sign a revoke.</param>
    /// <returns>
    /// <see cref="CpaVerdict.Valid"/> for a sound signature by the owner of a secure name, or by anybody for an unsecured
    /// one; <see cref="CpaVerdict.WrongKey"/>, with all outputs set, for a sound signature by somebody else, who may be
    /// a delegate: a FLOOD carries no chain.
    /// </returns>
    public static CpaVerdict ValidateRevoke(
        SuiteAlgorithms suite,
        ReadOnlySpan<byte> cpa,
        DateTimeOffset utc,
        out PnrpId id,
        out PeerPublicKey? signer,
        out bool isSecure) => throw new NotImplementedException();
}
