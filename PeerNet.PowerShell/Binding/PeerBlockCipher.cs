namespace PeerNet.PowerShell;

/// <summary>What blocks are encrypted with for peers.</summary>
public enum PeerBlockCipher
{
    /// <summary>AES-128: what every BranchCache client asks for.</summary>
    Aes128 = 1,

    /// <summary>AES-192.</summary>
    Aes192 = 2,

    /// <summary>AES-256.</summary>
    Aes256 = 3,
}
