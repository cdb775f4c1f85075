namespace PeerNet.Engine.Grouping.Documents;

/// <summary>Whether an identity of this node can join by an invitation.</summary>
internal enum InvitationVerdict
{
    /// <summary>It can.</summary>
    Trusted,

    /// <summary>The credential has not the form of one.</summary>
    Malformed,

    /// <summary>The credential has more certificates than are allowed.</summary>
    TooLong,

    /// <summary>The same key stands in the credential twice.</summary>
    Circular,

    /// <summary>The credential is one of another group than the document says.</summary>
    OtherGroup,

    /// <summary>The certificates do not lead from the group's key to somebody's name.</summary>
    Forged,

    /// <summary>A certificate was not signed by the key before it.</summary>
    BadSignature,

    /// <summary>A certificate gives a role that its issuer may not give.</summary>
    RoleNotIssuable,

    /// <summary>A certificate is valid when its issuer's is not.</summary>
    OutsideIssuer,

    /// <summary>The credential is sound, and another's.</summary>
    NotForThisIdentity,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time begins more than a day from now. As credentials count from when they are issued, a clock is wrong.</summary>
    ClockBehind,
}
