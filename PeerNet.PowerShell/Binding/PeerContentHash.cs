namespace PeerNet.PowerShell;

/// <summary>The hash algorithms of content information of version 1.</summary>
public enum PeerContentHash
{
    /// <summary>SHA-256: every BranchCache client.</summary>
    Sha256 = 0x800C,

    /// <summary>SHA-384.</summary>
    Sha384 = 0x800D,

    /// <summary>SHA-512.</summary>
    Sha512 = 0x800E,
}
