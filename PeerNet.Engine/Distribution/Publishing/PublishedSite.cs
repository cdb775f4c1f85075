using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>The publications that a content server serves, by where it serves them.</summary>
/// <param name="publisher">Knows the publications.</param>
/// <param name="logger">Told of files that cannot be hashed again.</param>
internal sealed class PublishedSite(ContentPublisher publisher, ILogger<PublishedSite> logger) : IContentResources
{
    private const int FingerprintLength = 16;

    private readonly ConcurrentDictionary<string, bool> _hashing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(HttpAuthority Authority, string Path), ContentResource> _resources = [];

    // Where each content is; the gate keeps one and the other together.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <summary>The prefixes of all publications, and how many there are at each.</summary>
    public IReadOnlyDictionary<HttpPrefix, int> CountPrefixes()
    {
        lock (_gate)
        {
            return _places.Values.CountBy(place => place.Prefix).ToDictionary();
        }
    }

    /// <summary>Takes over all publications, as they are when the node starts.</summary>
    public void Load()
    {
        foreach (Publication publication in publisher.GetPublications())
        {
            if (publication is { HttpPrefix: { } prefix, ServedAs: { } name })
            {
                Put(publication, publisher.GetHashes(publication.Content.ContentId), HttpPrefix.Parse(prefix), name);
            }
        }
    }

    /// <summary>Serves what was published just now where it is to be served, and nowhere else.</summary>
    /// <param name="published">What was published.</param>
    /// <param name="prefix">Where it is served; null for nowhere.</param>
    /// <returns>The prefix that it was served at before; null for none.</returns>
    public HttpPrefix? Update(Published published, HttpPrefix? prefix) =>
        prefix is not null && published.Publication.ServedAs is { } servedAs
            ? Put(published.Publication, published.Hashes, prefix, servedAs)
            : Remove(published.Publication.Content.ContentId);

    /// <summary>Serves a publication no longer.</summary>
    /// <returns>The prefix that it was served at; null for none.</returns>
    public HttpPrefix? Remove(string contentId)
    {
        lock (_gate)
        {
            if (!_places.Remove(contentId, out Place? place))
            {
                return null;
            }

            RemoveResource(contentId, place);
            return place.Prefix;
        }
    }

    /// <inheritdoc/>
    public ContentResource? Find(HttpAuthority authority, string path) => _resources.GetValueOrDefault((authority, path));

    /// <inheritdoc/>
    public PeerContentInformation? Describe(ContentResource resource, PeerContentVersion version, long offset, long length)
    {
        try
        {
            return publisher.GetInformation(resource.ContentId, version, offset, length);
        }
        catch (PeerException exception)
        {
            // Not made in this version, withdrawn, or changed meanwhile: then the content itself is the answer.
            PublishingLog.NotDescribed(logger, resource.ContentId, exception.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    public void RequestHashing(ContentResource resource)
    {
        if (_hashing.TryAdd(resource.ContentId, true))
        {
            _ = Task.Run(() => HashAsync(resource.ContentId));
        }
    }

    private async Task HashAsync(string contentId)
    {
        try
        {
            if (publisher.FindPublication(contentId) is { Content.Path: { } path } publication)
            {
                var request = new PeerPublishRequest
                {
                    Path = path,
                    ContentId = contentId,
                    Versions = publication.Content.Versions,
                    HttpPrefix = publication.HttpPrefix,
                    ServedAs = publication.ServedAs,
                    Replace = true,
                };
                Renew(await publisher.PublishAsync(request, progress: null, CancellationToken.None).ConfigureAwait(false));
            }
        }
        catch (PeerException exception)
        {
            // It goes on being served plain; the next request for hashes tries again.
            PublishingLog.NotHashed(logger, contentId, exception.Message);
        }
        finally
        {
            _hashing.TryRemove(contentId, out _);
        }
    }

    // It is served where it was, unless it has been withdrawn meanwhile.
    private void Renew(Published published)
    {
        lock (_gate)
        {
            if (_places.TryGetValue(published.Publication.Content.ContentId, out Place? place))
            {
                Put(published.Publication, published.Hashes, place.Prefix, place.ServedAs);
            }
        }
    }

    private HttpPrefix? Put(Publication publication, ReadOnlyMemory<byte> hashes, HttpPrefix prefix, string servedAs)
    {
        if (publication is not { Content: { Path: { } path, ContentId: var contentId }, Stamp: { } stamp })
        {
            return Remove(publication.Content.ContentId);
        }

        var resource = new ContentResource(
            contentId, path, GetRoot(path, servedAs), publication.RealPath, stamp, GetFingerprint(hashes.Span));
        var place = new Place(prefix, servedAs);
        lock (_gate)
        {
            _places.TryGetValue(contentId, out Place? former);
            if (former is not null && former.Address != place.Address)
            {
                RemoveResource(contentId, former);
            }

            _places[contentId] = place;
            _resources[place.Address] = resource;
            return former?.Prefix;
        }
    }

    // Something else may have been published to the same address since.
    private void RemoveResource(string contentId, Place place)
    {
        if (_resources.TryGetValue(place.Address, out ContentResource? resource) && resource.ContentId == contentId)
        {
            _resources.TryRemove(KeyValuePair.Create(place.Address, resource));
        }
    }

    // A file is served under its path below the folder that was published.
    private static string GetRoot(string path, string servedAs)
    {
        string below = Path.DirectorySeparatorChar + servedAs.Replace('/', Path.DirectorySeparatorChar);
        return path.EndsWith(below, StringComparison.Ordinal)
            ? path[..^below.Length]
            : Path.GetDirectoryName(path) ?? path;
    }

    private static string GetFingerprint(ReadOnlySpan<byte> hashes) =>
        Convert.ToHexStringLower(SHA256.HashData(hashes).AsSpan(0, FingerprintLength));

    private sealed record Place(HttpPrefix Prefix, string ServedAs)
    {
        public (HttpAuthority Authority, string Path) Address => (Prefix.Authority, Prefix.Path + ServedAs);
    }
}
