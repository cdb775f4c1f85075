using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Grouping.Storage;

/// <summary>The file with a group's own key, kept as an identity's without a password is: mode 0600, tied to the user's
/// account on Windows.</summary>
internal static class GroupKeyFile
{
    /// <summary>Writes the key, and wipes what was written from memory.</summary>
    public static void Write(string path, PeerPrivateKey key, PeerCertificate root)
    {
        byte[] file = KeyFile.Encode(key, root.RawData, []);
        try
        {
            AtomicFile.Write(path, DataProtection.Protect(file), isPrivate: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    /// <summary>Reads the key, for the caller to dispose of.</summary>
    /// <exception cref="PeerException">The file is gone, is another account's, or does not hold this group's key.</exception>
    public static PeerPrivateKey Open(string path, StoredGroup group)
    {
        byte[] file = Read(path, group);
        try
        {
            KeyFile.TryDecode(file, [], out PeerPrivateKey? key, out _);
            if (key?.PublicKey.ToString() == group.Group.Authority)
            {
                return key;
            }

            key?.Dispose();
            throw StoredGroupFile.Damaged(path, "it does not hold the group's key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    private static byte[] Read(string path, StoredGroup group)
    {
        try
        {
            return DataProtection.Unprotect(
                AtomicFile.Read(path, KeyFile.MaximumLength) ?? throw StoredGroupFile.Damaged(path, "it is missing"));
        }
        catch (PeerException exception) when (exception.Error == PeerErrors.InvalidData)
        {
            throw StoredGroupFile.Damaged(path, "it is too long for a key", exception);
        }
        catch (PeerException exception) when (exception.Error == PeerErrors.AccessDenied)
        {
            throw PeerErrors.NoKeyAccess.Exception(
                $"The file '{path}' with the group's key cannot be read with this account.", group.Group.Value, exception);
        }
        catch (CryptographicException exception)
        {
            throw PeerErrors.NoKeyAccess.Exception(
                $"The file '{path}' with the group's key was protected by another account, or is damaged.",
                group.Group.Value,
                exception);
        }
    }
}
