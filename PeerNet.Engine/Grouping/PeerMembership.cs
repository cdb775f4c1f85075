namespace PeerNet.Engine.Grouping;

/// <summary>Whether a member's credential counts.</summary>
public enum PeerMembership
{
    /// <summary>It counts.</summary>
    Valid,

    /// <summary>Its time has not come.</summary>
    NotYetValid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>An administrator has revoked it, or one that it depends on.</summary>
    Revoked,
}
