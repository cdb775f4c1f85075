namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>How a block is encrypted, by its number on the wire (MS-PCCRR 2.2.2, CryptoAlgoId).</summary>
internal enum BlockCipher
{
    /// <summary>Not at all. Refused unless switched on.</summary>
    None = 0,

    /// <summary>AES-128-CBC.</summary>
    Aes128 = 1,

    /// <summary>AES-192-CBC.</summary>
    Aes192 = 2,

    /// <summary>AES-256-CBC.</summary>
    Aes256 = 3,
}
