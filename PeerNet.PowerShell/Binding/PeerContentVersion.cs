namespace PeerNet.PowerShell;

/// <summary>The versions of content information, as scripts name them: 1, 2 or Both.</summary>
[Flags]
public enum PeerContentVersion
{
    /// <summary>Segments of 32 MiB in blocks of 64 KiB: every BranchCache client.</summary>
    V1 = 1,

    /// <summary>Small segments that follow the content: a changed file keeps most of them.</summary>
    V2 = 2,

    /// <summary>Either.</summary>
    Both = V1 | V2,
}
