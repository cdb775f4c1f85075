namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>What <see cref="MembershipChain.Judge"/> found (MS-PPSEC 2.2.5.2). Time is judged apart.</summary>
internal enum MembershipVerdict
{
    /// <summary>The group's key vouches for the last certificate's subject.</summary>
    Valid,

    /// <summary>No chain of certificates of the form that MS-PNRP 2.2.3.5 asks for, or no certificate after the root.</summary>
    Malformed,

    /// <summary>More certificates than <see cref="MembershipChain.MaximumCertificates"/>.</summary>
    TooLong,

    /// <summary>The chain is one of another group.</summary>
    OtherGroup,

    /// <summary>The root's key is not the one that the group's name was made from.</summary>
    WrongAuthority,

    /// <summary>A member's peer name was not made from its key.</summary>
    WrongMemberName,

    /// <summary>The same key stands in the chain twice.</summary>
    Circular,

    /// <summary>A certificate gives a role that its issuer may not give.</summary>
    RoleNotIssuable,

    /// <summary>A certificate is valid when its issuer's is not.</summary>
    OutsideIssuer,

    /// <summary>The certificates do not form a chain: types, names or classifiers.</summary>
    NoChain,

    /// <summary>A certificate was not signed by the key before it.</summary>
    BadSignature,
}
