namespace PeerNet.Engine.Distribution;

/// <summary>The hash algorithms of content information, by their numbers on the wire (MS-PCCRC 2.3 and 2.4).</summary>
public enum PeerContentHash
{
    /// <summary>SHA-512 cut to its first 32 bytes; the only one of version 2.</summary>
    TruncatedSha512 = 0x04,

    /// <summary>SHA-256, the default of version 1.</summary>
    Sha256 = 0x800C,

    /// <summary>SHA-384.</summary>
    Sha384 = 0x800D,

    /// <summary>SHA-512.</summary>
    Sha512 = 0x800E,
}
