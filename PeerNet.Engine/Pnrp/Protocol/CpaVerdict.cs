namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What came of checking a CPA (MS-PNRP 3.1.5.7 to 3.1.5.10). Everything but <see cref="Valid"/> rejects it.</summary>
internal enum CpaVerdict
{
    /// <summary>Every check has passed.</summary>
    Valid,

    /// <summary>There is no CPA, or its syntax is wrong.</summary>
    Malformed,

    /// <summary>The CPA's version, or the PNRP version it was made with, is not the suite's.</summary>
    WrongVersion,

    /// <summary>A revoke CPA where a registration was to be proved, or the other way round.</summary>
    WrongPurpose,

    /// <summary>The CPA has neither authority nor classifier hash, or an authority of zeros.</summary>
    NoAuthority,

    /// <summary>The signer's key is not the one that the secure name names, and no chain is shown.</summary>
    WrongKey,

    /// <summary>The certificate chain does not give the signer the right to the name.</summary>
    InvalidChain,

    /// <summary>The extended payload is malformed, of another registration, not signed by the CPA's key, or
    /// present where the CPA says there is none.</summary>
    InvalidPayload,

    /// <summary>The CPA, its payload or its chain is not valid at this machine's time.</summary>
    Expired,

    /// <summary>The CPA repeats another nonce: it answers another question.</summary>
    WrongNonce,

    /// <summary>The CPA, the route entry or the classifier is not that of the PNRP ID that was asked for.</summary>
    WrongId,

    /// <summary>The CPA's signature is not that of its public key.</summary>
    BadSignature,
}
