using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Identity;

/// <summary>The key files of a store, and the keys that this process holds open. Its owner guards it.</summary>
internal sealed class IdentityKeys(string folder) : IDisposable
{
    private readonly Dictionary<PeerName, PeerPrivateKey> _open = [];

    public bool IsOpen(StoredIdentity identity) => _open.ContainsKey(identity.PeerName);

    /// <summary>A copy of an identity's key, for the caller to dispose of.</summary>
    /// <exception cref="PeerException">The key is locked, or its file is damaged.</exception>
    public PeerPrivateKey Open(StoredIdentity identity)
    {
        if (!_open.TryGetValue(identity.PeerName, out PeerPrivateKey? key))
        {
            key = identity.IsPasswordProtected
                ? throw PeerErrors.NoKeyAccess.Exception(
                    $"The key of the identity '{identity.PeerName}' is locked. Set-PeerIdentity -Password unlocks it.",
                    identity.PeerName.Value)
                : Read(identity, []);
            _open.Add(identity.PeerName, key);
        }

        return key.Copy();
    }

    /// <summary>Holds a key open, which then belongs to this object.</summary>
    public void Keep(StoredIdentity identity, PeerPrivateKey key)
    {
        Close(identity);
        _open.Add(identity.PeerName, key);
    }

    /// <summary>Reads a key from its file. Touches no state: stretching takes long, and others may go on meanwhile.</summary>
    /// <exception cref="PeerException">The password is another, or the file is damaged or cannot be read.</exception>
    public PeerPrivateKey Read(StoredIdentity identity, ReadOnlySpan<char> password)
    {
        string path = GetPath(identity);
        byte[] file = ReadFile(path, identity);
        try
        {
            KeyFileStatus status = KeyFile.TryDecode(file, password, out PeerPrivateKey? key, out _);
            if (status == KeyFileStatus.WrongPassword && identity.IsPasswordProtected)
            {
                throw PeerErrors.InvalidPassword.Exception(
                    $"The password is not the one of the identity '{identity.PeerName}'.", identity.PeerName.Value);
            }

            if (key is not null && key.PublicKey.Equals(identity.Certificate.PublicKey))
            {
                return key;
            }

            key?.Dispose();
            throw IdentityIndex.Damaged(path, "it does not hold the identity's key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    /// <summary>Whether the file of an identity's key is there and is one, as far as that can be told without a
    /// password.</summary>
    public bool IsSound(StoredIdentity identity)
    {
        try
        {
            return KeyFile.TryReadCertificate(ReadFile(GetPath(identity), identity), out PeerCertificate? certificate, out _)
                && certificate.PublicKey.Equals(identity.Certificate.PublicKey);
        }
        catch (PeerException)
        {
            // Why it cannot be read is told when it is used.
            return false;
        }
    }

    /// <summary>Writes a key file, and wipes what was written from memory.</summary>
    public void Write(StoredIdentity identity, byte[] keyFile)
    {
        AtomicFile.Write(GetPath(identity), DataProtection.Protect(keyFile), isPrivate: true);
        CryptographicOperations.ZeroMemory(keyFile);
    }

    /// <summary>Closes a key and deletes its file.</summary>
    public void Delete(StoredIdentity identity)
    {
        Close(identity);
        AtomicFile.Delete(GetPath(identity));
    }

    /// <summary>Closes all keys.</summary>
    public void Dispose()
    {
        foreach (PeerPrivateKey key in _open.Values)
        {
            key.Dispose();
        }

        _open.Clear();
    }

    private static byte[] ReadFile(string path, StoredIdentity identity)
    {
        try
        {
            byte[] file = AtomicFile.Read(path, KeyFile.MaximumLength) ?? throw IdentityIndex.Damaged(path, "it is missing");
            return DataProtection.Unprotect(file);
        }
        catch (PeerException exception) when (exception.Error == PeerErrors.AccessDenied)
        {
            throw PeerErrors.NoKeyAccess.Exception(
                $"The key file '{path}' cannot be read with this account.", identity.PeerName.Value, exception);
        }
        catch (CryptographicException exception)
        {
            throw PeerErrors.NoKeyAccess.Exception(
                $"The key file '{path}' was protected by another account, or is damaged.",
                identity.PeerName.Value,
                exception);
        }
    }

    private void Close(StoredIdentity identity)
    {
        if (_open.Remove(identity.PeerName, out PeerPrivateKey? key))
        {
            key.Dispose();
        }
    }

    private string GetPath(StoredIdentity identity) => Path.Combine(folder, identity.KeyFileName);
}
