using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>Information that was asked for lately, so that a content server need not derive it for each request.</summary>
internal sealed class PublishedInformationCache
{
    // What a segment takes in memory once it has its keys, beside its hashes.
    private const long BytesPerSegment = 400;
    private const long MaximumCost = 64L << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string ContentId, PeerContentVersion Version), Entry> _entries = [];
    private long _cost;

    /// <summary>Information of a publication that follows from the secret; null where it is not here.</summary>
    public PeerContentInformation? Find(Publication publication, PeerContentVersion version, ServerSecret secret)
    {
        lock (_gate)
        {
            return _entries.TryGetValue((publication.Content.ContentId, version), out Entry? entry)
                && entry.Secret == secret
                && entry.Published == publication.Content.Published
                ? entry.Information
                : null;
        }
    }

    /// <summary>Keeps information; where there is too much, all else goes.</summary>
    public void Store(Publication publication, ServerSecret secret, PeerContentInformation information, long hashBytes)
    {
        (string, PeerContentVersion) key = (publication.Content.ContentId, information.Version);
        long cost = hashBytes + (information.Segments.Count * BytesPerSegment);
        lock (_gate)
        {
            RemoveEntry(key);
            if (cost > MaximumCost)
            {
                return;
            }

            if (_cost + cost > MaximumCost)
            {
                _entries.Clear();
                _cost = 0;
            }

            _entries[key] = new Entry(secret, publication.Content.Published, information, cost);
            _cost += cost;
        }
    }

    /// <summary>Forgets content.</summary>
    public void Remove(string contentId)
    {
        lock (_gate)
        {
            foreach (PeerContentVersion version in Enum.GetValues<PeerContentVersion>())
            {
                RemoveEntry((contentId, version));
            }
        }
    }

    private void RemoveEntry((string, PeerContentVersion) key)
    {
        if (_entries.Remove(key, out Entry? entry))
        {
            _cost -= entry.Cost;
        }
    }

    private sealed record Entry(
        ServerSecret Secret, DateTimeOffset Published, PeerContentInformation Information, long Cost);
}
