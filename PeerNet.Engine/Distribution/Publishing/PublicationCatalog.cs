using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>What this node has published, kept until it is unpublished.</summary>
internal sealed class PublicationCatalog
{
    private const string Columns =
        "content_id, path, length, modified, changed, number, prefix, served_as, published, real_path";

    private readonly PublishingDatabase _database;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _insertVersion;
    private readonly SqliteStatement _remove;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _list;
    private readonly SqliteStatement _listVersions;
    private readonly SqliteStatement _findVersions;
    private readonly SqliteStatement _findHashes;
    private readonly SqliteStatement _count;

    public PublicationCatalog(PublishingDatabase database)
    {
        _database = database;
        _insert = database.Prepare(
            $"INSERT INTO publication ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
        _insertVersion = database.Prepare(
            "INSERT INTO publication_version (content_id, place, version, hashes) VALUES (?1, ?2, ?3, ?4)");
        _remove = database.Prepare("DELETE FROM publication WHERE content_id = ?1");
        _find = database.Prepare($"SELECT {Columns} FROM publication WHERE content_id = ?1");
        _list = database.Prepare($"SELECT {Columns} FROM publication ORDER BY content_id");
        _listVersions = database.Prepare("SELECT content_id, version FROM publication_version ORDER BY place");
        _findVersions = database.Prepare(
            "SELECT content_id, version FROM publication_version WHERE content_id = ?1 ORDER BY place");
        _findHashes = database.Prepare(
            "SELECT hashes FROM publication_version WHERE content_id = ?1 AND version = ?2");
        _count = database.Prepare("SELECT count(*) FROM publication");
    }

    /// <summary>How much is published.</summary>
    public int Count => (int)(long)_count.QueryValue()!;

    /// <summary>Publishes. Part of a transaction.</summary>
    /// <param name="publication">What is published.</param>
    /// <param name="versions">Its hashes, in the order of its versions.</param>
    /// <param name="replace">Whether what has the id already goes.</param>
    /// <exception cref="PeerException">The id is taken.</exception>
    public void Add(Publication publication, IReadOnlyList<StoredHashes> versions, bool replace)
    {
        PeerPublishedContent content = publication.Content;
        if (replace)
        {
            _remove.Execute(content.ContentId);
        }

        RequireFree(content.ContentId);
        FileStamp stamp = publication.Stamp ?? new FileStamp(content.Length, 0, 0, "");
        _insert.Execute(
            content.ContentId,
            content.Path,
            content.Length,
            stamp.Modified,
            stamp.Changed,
            stamp.Id,
            publication.HttpPrefix,
            publication.ServedAs,
            content.Published.UtcTicks,
            publication.RealPath);
        for (int place = 0; place < versions.Count; place++)
        {
            _insertVersion.Execute(
                content.ContentId, place, (int)versions[place].Hashes.Version, _database.Keep(versions[place]));
        }
    }

    /// <summary>Throws where an id is taken.</summary>
    public void RequireFree(string contentId)
    {
        if (Find(contentId) is { } taken)
        {
            throw PeerErrors.ContentAlreadyExists.Exception(
                $"'{contentId}' is published already ({taken.Content.Path ?? "a stream"}); unpublish it, replace it with -Force, or choose "
                + "another id.",
                contentId);
        }
    }

    /// <summary>Ends a publication; false where there is none.</summary>
    public bool Remove(string contentId) => _remove.Execute(contentId) > 0;

    /// <summary>A publication; null for none.</summary>
    public Publication? Find(string contentId)
    {
        List<PeerContentVersion> versions = [];
        _findVersions.Query(row => versions.Add((PeerContentVersion)row.GetInt32(1)), contentId);
        Publication? publication = null;
        _find.Query(row => publication = Read(row, versions), contentId);
        return publication;
    }

    /// <summary>All publications, by their ids.</summary>
    public IReadOnlyList<Publication> List()
    {
        Dictionary<string, List<PeerContentVersion>> versions = new(StringComparer.Ordinal);
        _listVersions.Query(row =>
        {
            string contentId = row.GetString(0);
            if (!versions.TryGetValue(contentId, out List<PeerContentVersion>? known))
            {
                versions[contentId] = known = [];
            }

            known.Add((PeerContentVersion)row.GetInt32(1));
        });
        List<Publication> publications = [];
        _list.Query(row => publications.Add(Read(row, versions.GetValueOrDefault(row.GetString(0), []))));
        return publications;
    }

    /// <summary>The hashes of published content; null where it was not published in that version.</summary>
    public StoredHashes? FindHashes(string contentId, PeerContentVersion version) =>
        _findHashes.QueryValue(contentId, (int)version) is long id ? _database.Find(id) : null;

    private static Publication Read(SqliteRow row, List<PeerContentVersion> versions)
    {
        string? path = ReadText(row, 1);
        string? prefix = ReadText(row, 6);
        string? servedAs = ReadText(row, 7);
        return new Publication
        {
            Content = new PeerPublishedContent
            {
                ContentId = row.GetString(0),
                Path = path,
                Length = row.GetInt64(2),
                Versions = [.. versions],
                Uri = Publication.GetAddress(prefix, servedAs),
                Published = new DateTimeOffset(row.GetInt64(8), TimeSpan.Zero),
            },
            Stamp = path is null
                ? null
                : new FileStamp(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetString(5)),
            RealPath = ReadText(row, 9),
            HttpPrefix = prefix,
            ServedAs = servedAs,
        };
    }

    private static string? ReadText(SqliteRow row, int column) =>
        row.IsNull(column) ? null : row.GetString(column);
}

/// <summary>Published content, with what its content server needs.</summary>
internal sealed record Publication
{
    /// <summary>What is shown of it.</summary>
    public required PeerPublishedContent Content { get; init; }

    /// <summary>The file as it was when it was hashed; null for a stream.</summary>
    public FileStamp? Stamp { get; init; }

    /// <summary>Where the file was when it was hashed, whatever links led there; null for a stream, or where that is not
    /// known.</summary>
    public string? RealPath { get; init; }

    /// <summary>The prefix of the content server; null for none.</summary>
    public string? HttpPrefix { get; init; }

    /// <summary>Where below the prefix it is; null for nowhere.</summary>
    public string? ServedAs { get; init; }

    /// <summary>Whether its file is another one now. Attributes may change, and a file that is gone is not another.</summary>
    public bool HasChanged =>
        Stamp is { } stamp
        && FileStamp.TryRead(Content.Path!) is { } now
        && (now with { Changed = 0 }) != (stamp with { Changed = 0 });

    /// <summary>The address of content below a prefix; a prefix for every address is shown with the machine's name.</summary>
    public static Uri? GetAddress(string? prefix, string? servedAs)
    {
        if (prefix is null || servedAs is null)
        {
            return null;
        }

        string host = prefix.Contains("://+", StringComparison.Ordinal) || prefix.Contains("://*", StringComparison.Ordinal)
            ? string.Concat("http://", Environment.MachineName, prefix.AsSpan("http://+".Length))
            : prefix;
        string path = string.Join('/', servedAs.Split('/').Select(Uri.EscapeDataString));
        return Uri.TryCreate(host.TrimEnd('/') + "/" + path, UriKind.Absolute, out Uri? address) ? address : null;
    }
}
