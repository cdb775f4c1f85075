namespace PeerNet.PowerShell;

/// <summary>Which connections are meant.</summary>
public enum PeerConnectionKind
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those that carry records.</summary>
    Neighbor,

    /// <summary>Those for data alone.</summary>
    Direct,
}
