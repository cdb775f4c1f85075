namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>What this node brings into a connection of Group Connect.</summary>
internal sealed record GroupConnectCredentials
{
    /// <summary>This node's chain; null where it has none yet.</summary>
    public byte[]? Chain { get; init; }

    /// <summary>Whether that chain has expired: Hello is sent alone then (MS-PPSEC 3.2.7.1).</summary>
    public bool IsExpired { get; init; }

    /// <summary>Whether the owner has given the group's password, to join by.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Whether this node may let in who knows the password: the group allows it, and the role (MS-PPSEC
    /// 3.3.5.2.5).</summary>
    public bool IssuesForPassword { get; init; }
}
