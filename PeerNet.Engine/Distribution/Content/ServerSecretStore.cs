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
