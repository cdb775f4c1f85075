using System.Security.Cryptography;

namespace PeerNet.Engine.Security;

/// <summary>
/// Keys of the Modern suite that have verified something lately, ready to do so again: to import a key takes several times
/// as long as to verify a signature by it. For any thread. Memory is bounded, whatever keys come.
/// </summary>
/// <remarks>A key is taken out while it verifies, because it is nowhere said that two threads may use it at once; so there
/// can be as many of one as there are threads.</remarks>
internal sealed class ReadyKeys : IDisposable
{
    // A power of two. Who makes keys that all fall into one set, makes them slower and no other.
    private const int Sets = 128;
    private const int Ways = 4;

    private readonly Entry?[] _entries = new Entry?[Sets * Ways];
    private int _turn;
    private volatile bool _isDisposed;

    /// <summary>Whether <paramref name="signature"/> is the key's over a SHA-256 hash. Hostile input: nothing throws.</summary>
    public bool VerifyHash(
        PeerPublicKey key,
        ReadOnlySpan<byte> hash,
        ReadOnlySpan<byte> signature,
        DSASignatureFormat format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
    {
        bool hasForm = format != DSASignatureFormat.IeeeP1363FixedFieldConcatenation
            || signature.Length == key.Algorithms.SignatureLength;
        if (!hasForm || (Take(key) ?? Open(key)) is not { } entry)
        {
            return false;
        }

        try
        {
            return entry.Imported.VerifyHash(hash, signature, format);
        }
        catch (CryptographicException)
        {
            // The signature is not the DER of two integers.
            return false;
        }
        finally
        {
            Give(entry);
        }
    }

    /// <summary>Lets go of all keys. Those that verify at this moment end that first.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        for (int i = 0; i < _entries.Length; i++)
        {
            Interlocked.Exchange(ref _entries[i], null)?.Imported.Dispose();
        }
    }

    private static Entry? Open(PeerPublicKey key) => key.TryImport(out ECDsa? imported) ? new(key, imported) : null;

    private static int SetOf(PeerPublicKey key) => (key.GetHashCode() & (Sets - 1)) * Ways;

    private Entry? Take(PeerPublicKey key)
    {
        int set = SetOf(key);
        for (int way = 0; way < Ways; way++)
        {
            Entry? entry = Volatile.Read(ref _entries[set + way]);
            if (entry is not null && entry.Key.Equals(key)
                && Interlocked.CompareExchange(ref _entries[set + way], null, entry) == entry)
            {
                return entry;
            }
        }

        return null;
    }

    private void Give(Entry entry)
    {
        int set = SetOf(entry.Key);
        for (int way = 0; way < Ways; way++)
        {
            if (Interlocked.CompareExchange(ref _entries[set + way], entry, null) is null)
            {
                Check();
                return;
            }
        }

        int place = (int)((uint)Interlocked.Increment(ref _turn) % Ways);
        Interlocked.Exchange(ref _entries[set + place], entry)?.Imported.Dispose();
        Check();
    }

    // It may have been given back behind the end.
    private void Check()
    {
        if (_isDisposed)
        {
            Dispose();
        }
    }

    private sealed record Entry(PeerPublicKey Key, ECDsa Imported);
}
