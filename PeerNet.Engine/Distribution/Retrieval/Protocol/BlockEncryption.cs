using System.Security.Cryptography;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol;

/// <summary>AES-CBC as blocks are under it: the key is the leading bytes of the segment secret (MS-PCCRR 2.2.3, 5.1).</summary>
/// <remarks>
/// The specification names no padding. Readers that take it off demand PKCS#7, which a block of whole cipher blocks has one
/// more of; so that is what is written. The reader here cuts what it decrypts to the length that it knows, so that any
/// padding will do, and none.
/// </remarks>
internal static class BlockEncryption
{
    private const int CipherBlock = 16;

    /// <summary>Whether bytes can be a block under AES.</summary>
    public static bool IsSealed(BlockCipher cipher, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> ciphertext) =>
        cipher is BlockCipher.Aes128 or BlockCipher.Aes192 or BlockCipher.Aes256
        && vector.Length == CipherBlock
        && ciphertext.Length % CipherBlock == 0;

    /// <summary>Bytes of the key.</summary>
    public static int GetKeyLength(BlockCipher cipher) => cipher switch
    {
        BlockCipher.Aes128 => 16,
        BlockCipher.Aes192 => 24,
        BlockCipher.Aes256 => 32,
        _ => 0,
    };

    /// <summary>Bytes of the ciphertext of a block: the next multiple of 16.</summary>
    public static int GetLength(int blockLength) => ((blockLength / CipherBlock) + 1) * CipherBlock;

    /// <summary>Encrypts into exactly <see cref="GetLength"/> bytes.</summary>
    public static void Encrypt(
        BlockCipher cipher,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> vector,
        ReadOnlySpan<byte> block,
        Span<byte> destination)
    {
        using Aes aes = Create(cipher, secret);
        aes.EncryptCbc(block, vector, destination, PaddingMode.PKCS7);
    }

    /// <summary>Decrypts the first bytes of a ciphertext: as many as the block has. The rest is padding.</summary>
    /// <returns>False where the ciphertext is none, or too short.</returns>
    public static bool TryDecrypt(
        BlockCipher cipher,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> vector,
        ReadOnlySpan<byte> ciphertext,
        Span<byte> block)
    {
        if (!IsSealed(cipher, vector, ciphertext)
            || secret.Length < GetKeyLength(cipher)
            || ciphertext.Length < block.Length)
        {
            return false;
        }

        // Each block of CBC needs only the one before it, so the whole ones go straight to their place.
        int whole = block.Length & ~(CipherBlock - 1);
        using Aes aes = Create(cipher, secret);
        aes.DecryptCbc(ciphertext[..whole], vector, block, PaddingMode.None);
        if (whole < block.Length)
        {
            ReadOnlySpan<byte> before = whole == 0 ? vector : ciphertext.Slice(whole - CipherBlock, CipherBlock);
            Span<byte> last = stackalloc byte[CipherBlock];
            aes.DecryptCbc(ciphertext.Slice(whole, CipherBlock), before, last, PaddingMode.None);
            last[..(block.Length - whole)].CopyTo(block[whole..]);
        }

        return true;
    }

    private static Aes Create(BlockCipher cipher, ReadOnlySpan<byte> secret)
    {
        var aes = Aes.Create();
        aes.SetKey(secret[..GetKeyLength(cipher)]);
        return aes;
    }
}

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
