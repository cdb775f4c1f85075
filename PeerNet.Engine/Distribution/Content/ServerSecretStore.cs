using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>Keeps the secret of this node's content server in its state folder; makes one where there is none.</summary>
internal sealed class ServerSecretStore
{
    private const string FileName = "server-secret";
    private const int MaximumLength = 64 * 1024;
    private const int HeaderLength = sizeof(uint) + sizeof(long);
    private const uint Signature = 0x504E_5301; // "PNS", and the version of the file

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly Lock _gate = new();
    private Held? _held;

    /// <param name="folder">The folder, which exists and is this node's alone.</param>
    /// <param name="time">Says when a secret is made.</param>
    /// <param name="random">What new secrets are made of.</param>
    public ServerSecretStore(string folder, TimeProvider time, IRandomSource random)
    {
        _path = Path.Combine(folder, FileName);
        _time = time;
        _random = random;
    }

    /// <summary>The secret.</summary>
    /// <exception cref="PeerException">The file is damaged, or of another account, and was left as it was.</exception>
    public ServerSecret Current => GetHeld().Secret;

    /// <summary>When the secret was made or imported.</summary>
    public DateTimeOffset Created => GetHeld().Created;

    /// <summary>Puts another secret in its place: the ids of all content change.</summary>
    public void Replace(ServerSecret secret)
    {
        lock (_gate)
        {
            _held = Write(secret);
        }
    }

    private Held GetHeld()
    {
        lock (_gate)
        {
            return _held ??= Read() ?? Write(ServerSecret.Create(_random));
        }
    }

    private Held? Read()
    {
        if (AtomicFile.Read(_path, MaximumLength) is not { } content)
        {
            return null;
        }

        byte[] plain = Unprotect(content);
        if (plain.Length is <= HeaderLength or > HeaderLength + ServerSecret.MaximumKeyLength
            || BinaryPrimitives.ReadUInt32BigEndian(plain) != Signature
            || BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(sizeof(uint))) is not (>= 0 and var ticks)
            || ticks > DateTime.MaxValue.Ticks)
        {
            throw Damaged(null);
        }

        return new Held(ServerSecret.FromKey(plain.AsSpan(HeaderLength)), new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    private Held Write(ServerSecret secret)
    {
        DateTimeOffset created = _time.GetUtcNow();
        byte[] plain = new byte[HeaderLength + secret.Key.Length];
        BinaryPrimitives.WriteUInt32BigEndian(plain, Signature);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(sizeof(uint)), created.UtcTicks);
        secret.Key.CopyTo(plain.AsSpan(HeaderLength));
        AtomicFile.Write(_path, DataProtection.Protect(plain), isPrivate: true);
        return new Held(secret, created);
    }

    private byte[] Unprotect(byte[] content)
    {
        try
        {
            return DataProtection.Unprotect(content);
        }
        catch (CryptographicException exception)
        {
            throw Damaged(exception);
        }
    }

    // A new secret in its place would give all content new ids, without anybody having asked for it.
    private PeerException Damaged(Exception? cause) => PeerErrors.InvalidData.Exception(
        $"The server secret '{_path}' is damaged, or belongs to another account; it was left as it was. Restore it, or move "
        + "it away to have a new one made.",
        _path,
        cause);

    private sealed record Held(ServerSecret Secret, DateTimeOffset Created)
    {
        public override string ToString() => nameof(ServerSecretStore);
    }
}

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
