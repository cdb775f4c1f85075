namespace PeerNet.Engine.Security;

/// <summary>What <see cref="DelegationChain.Validate"/> found (MS-PNRP 3.1.5.10).</summary>
internal enum DelegationVerdict
{
    /// <summary>The signer may publish the classifier under the authority.</summary>
    Valid,

    /// <summary>Not a chain of 1 to 25 certificates of the form MS-PNRP 2.2.3.5 asks for.</summary>
    Malformed,

    /// <summary>A certificate is not valid at the time.</summary>
    OutsideValidity,

    /// <summary>The first certificate is no self-signed root, or a later one is no member.</summary>
    WrongType,

    /// <summary>A certificate is not signed by the one before it.</summary>
    BadSignature,

    /// <summary>A certificate's issuer is not named as the subject of the one before it.</summary>
    NamesDoNotChain,

    /// <summary>The first and the last certificate are not for one and the same peer name.</summary>
    WrongPeerName,

    /// <summary>A certificate was issued by a member that may not delegate.</summary>
    SubdelegationNotAllowed,

    /// <summary>A certificate gives classifiers that its issuer did not have.</summary>
    IllegalClassifiers,

    /// <summary>The root's key is not the one the authority was made from.</summary>
    WrongAuthority,

    /// <summary>The last certificate's key is not the signer's.</summary>
    WrongSigner,

    /// <summary>The chain does not allow the classifier that is published.</summary>
    ClassifierNotDelegated,
}
