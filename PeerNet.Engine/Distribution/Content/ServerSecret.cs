using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// The secret key of a content server, and the server secrets Ks that follow from it (MS-PCCRC 2.5). Servers with the same
/// key issue the same ids. It can decrypt whatever the server has issued information of: it is never shown.
/// </summary>
internal sealed class ServerSecret
{
    /// <summary>Longest secret key, in bytes.</summary>
    public const int MaximumKeyLength = 4096;

    private const int RandomKeyLength = 32;

    private readonly byte[] _key;
    private readonly byte[] _sha256;
    private readonly byte[] _sha384;
    private readonly byte[] _sha512;

    private ServerSecret(byte[] key)
    {
        _key = key;
        _sha256 = Hash(PeerContentHash.Sha256);
        _sha384 = Hash(PeerContentHash.Sha384);
        _sha512 = Hash(PeerContentHash.Sha512);
    }

    /// <summary>The secret key: what key files hold.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>A secret that nobody knows.</summary>
    public static ServerSecret Create(IRandomSource random)
    {
        byte[] key = new byte[RandomKeyLength];
        random.Fill(key);
        return new ServerSecret(key);
    }

    /// <summary>A secret key as another server exported it; its bytes are hashed as they are.</summary>
    /// <exception cref="PeerException">It is empty, or too long.</exception>
    public static ServerSecret FromKey(ReadOnlySpan<byte> key) => key.Length is > 0 and <= MaximumKeyLength
        ? new ServerSecret(key.ToArray())
        : throw PeerErrors.InvalidArgument.Exception(
            $"The secret key has {key.Length} bytes; it must have 1 to {MaximumKeyLength}.");

    /// <summary>A passphrase as secret key: its UTF-16LE form without NUL.</summary>
    /// <exception cref="PeerException">It is empty, or too long.</exception>
    public static ServerSecret FromPassphrase(ReadOnlySpan<char> passphrase) =>
        passphrase.Length is > 0 and <= MaximumKeyLength / sizeof(char)
            ? new ServerSecret(Utf16.Encode(passphrase))
            : throw PeerErrors.PasswordDoesNotMeetPolicy.Exception(
                $"The passphrase of the server secret has {passphrase.Length} characters; it must have 1 to "
                + $"{MaximumKeyLength / sizeof(char)}.");

    /// <summary>The server secret Ks for an algorithm: the hash of the secret key by that algorithm.</summary>
    public ReadOnlySpan<byte> Get(PeerContentHash algorithm) => algorithm switch
    {
        PeerContentHash.Sha256 => _sha256,
        PeerContentHash.Sha384 => _sha384,
        PeerContentHash.Sha512 => _sha512,
        _ => _sha512.AsSpan(0, SegmentCryptography.GetHashLength(algorithm)),
    };

    /// <summary>Says what it is, and nothing of what it holds.</summary>
    public override string ToString() => nameof(ServerSecret);

    private byte[] Hash(PeerContentHash algorithm)
    {
        byte[] hash = new byte[SegmentCryptography.GetHashLength(algorithm)];
        SegmentCryptography.Hash(algorithm, _key, hash);
        return hash;
    }
}
