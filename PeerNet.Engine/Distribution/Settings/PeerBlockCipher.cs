namespace PeerNet.Engine.Distribution;

/// <summary>What blocks are encrypted with for peers, by their numbers on the wire (MS-PCCRR 2.2.3).</summary>
public enum PeerBlockCipher
{
    /// <summary>AES-128-CBC, what every BranchCache client asks for.</summary>
    Aes128 = 1,

    /// <summary>AES-192-CBC.</summary>
    Aes192 = 2,

    /// <summary>AES-256-CBC.</summary>
    Aes256 = 3,
}
