using System.Security.Cryptography;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// The file in which Windows exports the secret key of a content server (MS-PCCRC 2.5). The passphrase is hashed once,
/// without salt: whoever has the file can try passphrases fast, so a long one is needed.
/// </summary>
internal static class SecretKeyFile
{
    /// <summary>Longest file, in bytes.</summary>
    public const int MaximumLength = SHA256.HashSizeInBytes + ServerSecret.MaximumKeyLength + BlockLength;

    private const int BlockLength = 16;

    /// <summary>Writes the key of a secret under a passphrase.</summary>
    /// <exception cref="PeerException">The passphrase is empty.</exception>
    public static byte[] Write(ServerSecret secret, ReadOnlySpan<char> passphrase)
    {
        RequirePassphrase(passphrase);
        byte[] plaintext = new byte[SHA256.HashSizeInBytes + secret.Key.Length];
        try
        {
            SHA256.HashData(secret.Key, plaintext);
            secret.Key.CopyTo(plaintext.AsSpan(SHA256.HashSizeInBytes));
            using Aes aes = CreateCipher(passphrase);
            return aes.EncryptCbc(plaintext, new byte[BlockLength], PaddingMode.PKCS7);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Reads a key. Hostile input: nothing throws.</summary>
    public static SecretKeyFileStatus TryRead(
        ReadOnlySpan<byte> file, ReadOnlySpan<char> passphrase, out ServerSecret? secret)
    {
        secret = null;

        // The digest, one byte of key or more, and padding that fills the last block.
        if (file.Length % BlockLength != 0
            || file.Length is <= SHA256.HashSizeInBytes or > MaximumLength)
        {
            return SecretKeyFileStatus.Damaged;
        }

        byte[] plaintext = new byte[file.Length];
        try
        {
            // Padding is checked here: a wrong passphrase is no exception.
            using Aes aes = CreateCipher(passphrase);
            aes.DecryptCbc(file, new byte[BlockLength], plaintext, PaddingMode.None);
            if (!TryGetKey(plaintext, out ReadOnlySpan<byte> key))
            {
                return SecretKeyFileStatus.WrongPassphrase;
            }

            secret = ServerSecret.FromKey(key);
            return SecretKeyFileStatus.Ok;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Reads a key, or says why that cannot be done.</summary>
    /// <param name="file">The file.</param>
    /// <param name="passphrase">Its passphrase.</param>
    /// <param name="origin">The file's name for messages; null where it has none.</param>
    /// <exception cref="PeerException">The passphrase is empty or wrong, or the file is none.</exception>
    public static ServerSecret Read(ReadOnlySpan<byte> file, ReadOnlySpan<char> passphrase, string? origin)
    {
        RequirePassphrase(passphrase);
        string name = origin is null ? "The secret key file" : $"The secret key file '{origin}'";
        return TryRead(file, passphrase, out ServerSecret? secret) switch
        {
            SecretKeyFileStatus.Ok => secret!,
            SecretKeyFileStatus.WrongPassphrase => throw PeerErrors.InvalidPassword.Exception(
                $"{name} does not open with this passphrase; type it again. If it is right, the file is damaged.", origin),
            _ => throw PeerErrors.InvalidData.Exception(
                $"{name} is none: it has {file.Length} bytes. Export it again.", origin),
        };
    }

    private static void RequirePassphrase(ReadOnlySpan<char> passphrase)
    {
        if (passphrase.IsEmpty)
        {
            throw PeerErrors.PasswordDoesNotMeetPolicy.Exception("The passphrase of a secret key file cannot be empty.");
        }
    }

    private static bool TryGetKey(ReadOnlySpan<byte> plaintext, out ReadOnlySpan<byte> key)
    {
        key = default;
        int padding = plaintext[^1];
        int length = plaintext.Length - padding;
        if (padding is 0 or > BlockLength
            || plaintext[length..].ContainsAnyExcept((byte)padding)
            || length - SHA256.HashSizeInBytes is <= 0 or > ServerSecret.MaximumKeyLength)
        {
            return false;
        }

        key = plaintext[SHA256.HashSizeInBytes..length];
        return CryptographicOperations.FixedTimeEquals(plaintext[..SHA256.HashSizeInBytes], SHA256.HashData(key));
    }

    private static Aes CreateCipher(ReadOnlySpan<char> passphrase)
    {
        byte[] text = Utf16.Encode(passphrase);
        Aes aes = Aes.Create();
        aes.Key = SHA256.HashData(text);
        CryptographicOperations.ZeroMemory(text);
        return aes;
    }
}

/// <summary>What reading a secret key file came to.</summary>
internal enum SecretKeyFileStatus
{
    /// <summary>The key was read.</summary>
    Ok,

    /// <summary>The passphrase is another, or the file is damaged; the format does not tell which.</summary>
    WrongPassphrase,

    /// <summary>No file of this kind has such a length.</summary>
    Damaged,
}
