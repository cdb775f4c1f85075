namespace PeerNet.Engine.Grouping;

/// <summary>What can happen to a member of a group.</summary>
public enum PeerGroupMemberChangeType
{
    /// <summary>It is known here for the first time.</summary>
    Added,

    /// <summary>It has another credential: another role, another period.</summary>
    Changed,

    /// <summary>It was revoked.</summary>
    Revoked,

    /// <summary>Its credential ends within seven days.</summary>
    ExpiresSoon,

    /// <summary>It is this node's own member, and has a new credential.</summary>
    Renewed,
}
