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
    private readonly ConcurrentDictionary<string, ContentResource> _resources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _addresses = new(StringComparer.Ordinal);

    /// <summary>The prefixes of all publications.</summary>
    public IReadOnlyCollection<HttpPrefix> Prefixes =>
        [.. publisher.GetPublications().Select(publication => publication.HttpPrefix).OfType<string>().Select(HttpPrefix.Parse).Distinct()];

    /// <summary>Takes over all publications, as they are when the node starts.</summary>
    public void Load()
    {
        foreach (Publication publication in publisher.GetPublications())
        {
            Add(publication);
        }
    }

    /// <summary>Takes over what was published just now.</summary>
    public void Update(string contentId)
    {
        if (publisher.FindPublication(contentId) is { } publication)
        {
            Add(publication);
        }
    }

    /// <summary>Serves a publication no longer.</summary>
    public void Remove(string contentId)
    {
        if (_addresses.TryRemove(contentId, out string? address)
            && _resources.TryGetValue(address, out ContentResource? resource)
            && resource.ContentId == contentId)
        {
            _resources.TryRemove(KeyValuePair.Create(address, resource));
        }
    }

    /// <inheritdoc/>
    public ContentResource? Find(int port, string path) => _resources.GetValueOrDefault(GetAddress(port, path));

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
                await publisher.PublishAsync(request, progress: null, CancellationToken.None).ConfigureAwait(false);
                Update(contentId);
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

    private void Add(Publication publication)
    {
        if (publication is { Content.Path: { } path, Stamp: { } stamp, HttpPrefix: { } text, ServedAs: { } name })
        {
            HttpPrefix prefix = HttpPrefix.Parse(text);
            var resource = new ContentResource(
                publication.Content.ContentId, path, GetRoot(path, name), stamp, GetFingerprint(publication.Content.ContentId));
            Remove(publication.Content.ContentId);
            string address = GetAddress(prefix.Port, prefix.Path + name);
            _resources[address] = resource;
            _addresses[publication.Content.ContentId] = address;
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

    private string GetFingerprint(string contentId) =>
        Convert.ToHexStringLower(SHA256.HashData(publisher.GetHashes(contentId).Span).AsSpan(0, FingerprintLength));

    private static string GetAddress(int port, string path) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{port}{path}");
}
