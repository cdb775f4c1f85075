using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

/// <summary>The signing keys of one cloud's registrations, each open as long as a registration uses it. A key belongs to
/// one cloud: two loops never sign with the same object.</summary>
internal sealed class CloudKeys : IDisposable
{
    private readonly Dictionary<PeerName, (PeerPrivateKey Key, int Users)> _keys = [];
    private PeerName[] _identities = [];

    /// <summary>The identities whose keys are open; may be read from any thread.</summary>
    public IReadOnlyList<PeerName> Identities => Volatile.Read(ref _identities);

    /// <summary>The key of an identity, opened if need be.</summary>
    public PeerPrivateKey Rent(PeerName identity, Func<PeerPrivateKey> open)
    {
        (PeerPrivateKey key, int users) = _keys.TryGetValue(identity, out var known) ? known : (open(), 0);
        _keys[identity] = (key, users + 1);
        if (users == 0)
        {
            Publish();
        }

        return key;
    }

    /// <summary>The key of an identity that is rented already.</summary>
    public PeerPrivateKey this[PeerName identity] => _keys[identity].Key;

    /// <summary>Gives a key back; the last user's return closes it.</summary>
    public void Return(PeerName identity)
    {
        (PeerPrivateKey key, int users) = _keys[identity];
        if (users > 1)
        {
            _keys[identity] = (key, users - 1);
            return;
        }

        _keys.Remove(identity);
        Publish();
        key.Dispose();
    }

    public void Dispose()
    {
        foreach ((PeerPrivateKey key, _) in _keys.Values)
        {
            key.Dispose();
        }

        _keys.Clear();
        Publish();
    }

    private void Publish() => Volatile.Write(ref _identities, [.. _keys.Keys]);
}
