using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>Publishes content: hashes it unless that is done already, and remembers it under its id.</summary>
internal sealed class ContentPublisher
{
    private const int MaximumContentIdLength = 4096;

    private readonly PublishingDatabase _database;
    private readonly HashCache _hashCache;
    private readonly PublicationCatalog _catalog;
    private readonly ServerSecretStore _secrets;
    private readonly Func<PeerPublishRequest, IContentSink?> _openSink;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PublishedInformationCache _descriptions = new();

    /// <param name="database">Where hashes and publications are; disposed of by its owner.</param>
    /// <param name="hashCache">The hashes of files.</param>
    /// <param name="secrets">The server secret.</param>
    /// <param name="openSink">What takes the content of a request while it is hashed; null for nothing.</param>
    /// <param name="time">Says when content is published.</param>
    /// <param name="logger">Told what is published.</param>
    public ContentPublisher(
        PublishingDatabase database,
        HashCache hashCache,
        ServerSecretStore secrets,
        Func<PeerPublishRequest, IContentSink?> openSink,
        TimeProvider time,
        ILogger<ContentPublisher> logger)
    {
        _database = database;
        _hashCache = hashCache;
        _catalog = new PublicationCatalog(database);
        _secrets = secrets;
        _openSink = openSink;
        _time = time;
        _logger = logger;
    }

    /// <summary>How much is published.</summary>
    public int Count => _catalog.Count;

    /// <summary>Hashes content and publishes it.</summary>
    /// <exception cref="PeerException">The id is taken, or the content cannot be read or changes meanwhile.</exception>
    public async Task<Published> PublishAsync(
        PeerPublishRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        RequireSound(request);
        if (!request.Replace)
        {
            _catalog.RequireFree(request.ContentId);
        }

        DateTimeOffset began = _time.GetUtcNow();
        Hashed hashed = await HashAsync(request, progress, cancellationToken).ConfigureAwait(false);
        RequireInside(request, hashed);
        Publication publication = CreatePublication(request, hashed);
        _database.Transact(() =>
        {
            _catalog.Add(publication, hashed.Versions, request.Replace);
            Remember(request.Path, hashed, began);
        });
        _descriptions.Remove(request.ContentId);
        PublishingLog.Published(_logger, request.ContentId, hashed.Length);
        return new(publication, hashed.Versions[0].Hashes.Bytes, Describe(request.ContentId, hashed));
    }

    /// <summary>Ends a publication.</summary>
    /// <exception cref="PeerException">There is none.</exception>
    public void Unpublish(string contentId)
    {
        if (!_catalog.Remove(contentId))
        {
            throw NotPublished(contentId);
        }

        _descriptions.Remove(contentId);
        PublishingLog.Unpublished(_logger, contentId);
    }

    /// <summary>What is published, by ids.</summary>
    public IReadOnlyList<PeerPublishedContent> GetPublished() =>
        [.. _catalog.List().Select(publication => publication.Content)];

    /// <summary>What is published, with what a content server needs to serve it.</summary>
    public IReadOnlyList<Publication> GetPublications() => _catalog.List();

    /// <summary>What is published under an id; null for nothing.</summary>
    public Publication? FindPublication(string contentId) => _catalog.Find(contentId);

    /// <summary>The hashes of published content in its first version, which tell it from other content; empty for none.</summary>
    public ReadOnlyMemory<byte> GetHashes(string contentId) =>
        _catalog.Find(contentId) is { Content.Versions: [var version, ..] }
            ? _catalog.FindHashes(contentId, version)?.Hashes.Bytes ?? default
            : default;

    /// <summary>The information of published content, or of a range of it.</summary>
    /// <param name="contentId">The id.</param>
    /// <param name="version">The version; null for the latest that was made.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes; null for all from <paramref name="offset"/>.</param>
    /// <exception cref="PeerException">It is not published, or not in that version, or has changed; or the range is not
    /// within it.</exception>
    public PeerContentInformation GetInformation(
        string contentId, PeerContentVersion? version, long offset, long? length)
    {
        Publication publication = _catalog.Find(contentId) ?? throw NotPublished(contentId);
        if (publication.HasChanged)
        {
            throw PeerErrors.ContentInvalidated.Exception(
                $"The file '{publication.Content.Path}' has changed since it was published as '{contentId}'; publish it again.",
                contentId);
        }

        PeerContentVersion wanted = version ?? publication.Content.Versions.Max();
        PeerContentInformation information = _descriptions.Find(publication, wanted, _secrets.Current)
            ?? Describe(publication, wanted);
        return ContentRange.Slice(information, offset, length);
    }

    /// <summary>Hashes a file without publishing it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">The version; null for 2.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many bytes; null for all from <paramref name="offset"/>.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The file cannot be read, changes meanwhile or has no bytes; or the range is not
    /// within it.</exception>
    public async Task<PeerContentInformation> ComputeInformationAsync(
        string path,
        PeerContentVersion? version,
        long offset,
        long? length,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        DateTimeOffset began = _time.GetUtcNow();
        HashRequest request = new()
        {
            Versions = [version ?? PeerContentVersion.V2],
            Name = path,
            Progress = progress,
        };
        Hashed hashed = await HashFileAsync(path, request, cancellationToken).ConfigureAwait(false);
        _database.Transact(() => Remember(path, hashed, began));
        return hashed.Length == 0
            ? throw Empty(path)
            : ContentRange.Slice(hashed.Versions[0].Hashes.Describe(_secrets.Current, path), offset, length);
    }

    private static void RequireSound(PeerPublishRequest request)
    {
        if (request.ContentId.Length is 0 or > MaximumContentIdLength)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"An id of content has 1 to {MaximumContentIdLength} characters; this one has {request.ContentId.Length}.",
                request.ContentId);
        }

        if (request.Path is null == request.Stream is null)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{request.ContentId}' needs a file or a stream, and not both.", request.ContentId);
        }

        if (request.HttpPrefix is null != request.ServedAs is null || (request.HttpPrefix is not null && request.Path is null))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{request.ContentId}' can be served below a prefix if it is a file and has a path there.", request.ContentId);
        }

        if (request.Versions.Count == 0 || request.Versions.Any(version => !Enum.IsDefined(version)))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{request.ContentId}' needs version 1 or 2 of content information, or both.", request.ContentId);
        }

        if (!SegmentCryptography.IsV1(request.HashAlgorithm))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{request.HashAlgorithm}' is no hash algorithm of version 1: give Sha256, Sha384 or Sha512.", request.ContentId);
        }
    }

    // Said of what was read: what the path leads to can be another file a moment before or after.
    private static void RequireInside(PeerPublishRequest request, Hashed hashed)
    {
        if (request.Root is { } folder
            && (hashed.RealPath is not { } path || RealPath.Resolve(folder) is not { } root || !RealPath.IsBelow(path, root)))
        {
            throw PeerErrors.AccessDenied.Exception(
                $"'{request.Path}' is a link to something outside of '{folder}'; to publish that, name the link itself.",
                request.Path);
        }
    }

    private static async Task<Hashed> HashStreamAsync(
        Stream stream, HashRequest request, CancellationToken cancellationToken)
    {
        HashedContent content =
            await ContentHasher.HashStreamAsync(stream, request, cancellationToken).ConfigureAwait(false);
        return new Hashed(content.Length, [.. content.Hashes.Select(hashes => new StoredHashes(hashes))], Stamp: null);
    }

    private static PeerException NotPublished(string contentId) => PeerErrors.NotFound.Exception(
        $"Nothing is published as '{contentId}'.", contentId);

    private static PeerException Empty(string name) => PeerErrors.InvalidArgument.Exception(
        $"'{name}' has no bytes, and content information cannot say so (MS-PCCRC 2.3).", name);

    private async Task<Hashed> HashAsync(
        PeerPublishRequest request, IProgress<PeerTransferProgress>? progress, CancellationToken cancellationToken)
    {
        IContentSink? sink = _openSink(request);
        try
        {
            HashRequest hash = new()
            {
                Versions = [.. request.Versions.Distinct()],
                V1Algorithm = request.HashAlgorithm,
                Name = request.ContentId,
                Sink = sink,
                Secret = sink is null ? null : _secrets.Current,
                Progress = progress,
            };
            Hashed hashed = request.Path is { } path
                ? await HashFileAsync(path, hash, cancellationToken).ConfigureAwait(false)
                : await HashStreamAsync(request.Stream!, hash, cancellationToken).ConfigureAwait(false);
            if (sink is not null)
            {
                await sink.CompleteAsync().ConfigureAwait(false);
            }

            return hashed;
        }
        finally
        {
            if (sink is not null)
            {
                await sink.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // A file that is as it was is not read, unless somebody wants its content.
    private async Task<Hashed> HashFileAsync(string path, HashRequest request, CancellationToken cancellationToken)
    {
        if (request.Sink is null && FindKnown(path, request) is { } known)
        {
            PublishingLog.Unchanged(_logger, path);
            request.Progress?.Report(new PeerTransferProgress(known.Length, known.Length));
            return known;
        }

        HashedContent content =
            await ContentHasher.HashFileAsync(path, request, cancellationToken).ConfigureAwait(false);
        return new Hashed(content.Length, [.. content.Hashes.Select(hashes => new StoredHashes(hashes))], content.Stamp)
        {
            RealPath = content.RealPath,
        };
    }

    private Hashed? FindKnown(string path, HashRequest request)
    {
        if (FileStamp.TryRead(path, out string? realPath) is not { } stamp)
        {
            return null;
        }

        StoredHashes[] known =
        [
            .. request.Versions.Select(version => _hashCache.Find(path, stamp, version))
                .OfType<StoredHashes>()
                .Where(stored => stored.Hashes.Version == PeerContentVersion.V2
                    || stored.Hashes.Algorithm == request.V1Algorithm),
        ];
        return known.Length == request.Versions.Count
            ? new Hashed(stamp.Length, known, stamp) { IsKnown = true, RealPath = realPath }
            : null;
    }

    private Publication CreatePublication(PeerPublishRequest request, Hashed hashed) => new()
    {
        Content = new PeerPublishedContent
        {
            ContentId = request.ContentId,
            Path = request.Path,
            Length = hashed.Length,
            Versions = [.. hashed.Versions.Select(stored => stored.Hashes.Version)],
            Uri = Publication.GetAddress(request.HttpPrefix, request.ServedAs),
            Published = _time.GetUtcNow(),
        },
        Stamp = hashed.Stamp,
        RealPath = hashed.RealPath,
        HttpPrefix = request.HttpPrefix,
        ServedAs = request.ServedAs,
    };

    // A file that was written to a moment ago could be written to again without its stamp changing.
    private void Remember(string? path, Hashed hashed, DateTimeOffset began)
    {
        if (path is null || hashed.IsKnown || hashed.Stamp is not { } stamp || !stamp.IsSettled(began))
        {
            return;
        }

        foreach (StoredHashes stored in hashed.Versions)
        {
            _hashCache.Store(path, stamp, stored);
        }
    }

    private IReadOnlyList<PeerContentInformation> Describe(string contentId, Hashed hashed) => hashed.Length == 0
        ? []
        : [.. hashed.Versions.Select(stored => stored.Hashes.Describe(_secrets.Current, contentId))];

    private PeerContentInformation Describe(Publication publication, PeerContentVersion version)
    {
        string contentId = publication.Content.ContentId;
        StoredHashes stored = _catalog.FindHashes(contentId, version)
            ?? throw PeerErrors.NotFound.Exception(
                $"'{contentId}' is not published in version {(int)version} of content information; publish it in that too.",
                contentId);
        if (stored.Hashes.Length == 0)
        {
            throw Empty(contentId);
        }

        ServerSecret secret = _secrets.Current;
        PeerContentInformation information = stored.Hashes.Describe(secret, contentId);
        _descriptions.Store(publication, secret, information, stored.Hashes.Bytes.Length);
        return information;
    }

    private sealed record Hashed(long Length, IReadOnlyList<StoredHashes> Versions, FileStamp? Stamp)
    {
        /// <summary>Where the file is, whatever links led there.</summary>
        public string? RealPath { get; init; }

        /// <summary>Whether they are from the hash cache.</summary>
        public bool IsKnown { get; init; }
    }
}

/// <summary>What publishing came to.</summary>
/// <param name="Publication">The publication.</param>
/// <param name="Hashes">Its hashes in the first version, which tell it from other content.</param>
/// <param name="Information">Its information, one for each version; none for content of no length.</param>
internal sealed record Published(
    Publication Publication, ReadOnlyMemory<byte> Hashes, IReadOnlyList<PeerContentInformation> Information);
