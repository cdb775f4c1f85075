using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The databases of a node's graphs, one file for each graph and peer id.</summary>
/// <param name="path">The folder.</param>
/// <param name="maximumBytes">The most bytes that each may grow to; null for what the disk has.</param>
internal sealed class GraphFolder(string path, long? maximumBytes = null)
{
    private const string Extension = ".graph";
    private const int NameBytes = 16;

    // Whose a database is does not change, and reading that means checking the whole file.
    private readonly ConcurrentDictionary<string, StoredGraph> _known = new(StringComparer.Ordinal);

    // SQLite's log, and what it shares between processes.
    private static readonly string[] Companions = ["", "-wal", "-shm"];

    /// <summary>Makes the database of a graph.</summary>
    /// <exception cref="PeerException">There is one already, or the name is taken; perhaps by one that is damaged.</exception>
    public GraphDatabase Create(string graphId, string peerId, string? name)
    {
        if (List().Any(stored => stored.GraphId == graphId && stored.PeerId == peerId))
        {
            throw PeerErrors.DuplicateGraph.Exception(
                $"This node has a database of the graph '{graphId}' already; connect to the graph, or remove it first.", graphId);
        }

        string chosen = name ?? MakeName(graphId, peerId);
        return new(
            chosen, IsNew: true, RecordStore.Create(Locate(chosen), new() { GraphId = graphId, PeerId = peerId }, maximumBytes));
    }

    /// <summary>Opens the database of a graph, or makes it.</summary>
    /// <exception cref="PeerException">It is damaged; it stays as it is.</exception>
    public GraphDatabase Open(string graphId, string peerId)
    {
        StoredGraph? stored = List().FirstOrDefault(stored => stored.GraphId == graphId && stored.PeerId == peerId);
        if (stored is null)
        {
            // A damaged file does not say whose it is, but it has the name that a new one would get.
            return Create(graphId, peerId, name: null);
        }

        RecordStore store = RecordStore.Open(Locate(stored.DatabaseName), graphId, peerId, maximumBytes);
        return new(stored.DatabaseName, IsNew: false, store);
    }

    /// <summary>The peer id whose database of a graph is here; null where there is none.</summary>
    /// <exception cref="PeerException">There are several; or there is none, but one that is damaged may be it.</exception>
    public string? FindPeer(string graphId)
    {
        if (List().Any(stored => stored.GraphId == graphId))
        {
            return Find(graphId, peerId: null).PeerId;
        }

        // Otherwise the graph would begin anew as somebody else, and nobody would know why.
        RequireReadable();
        return null;
    }

    /// <summary>Fails where the database of a graph is not here.</summary>
    /// <exception cref="PeerException">It is not; or one that cannot be read may be it.</exception>
    public void Require(string graphId, string peerId)
    {
        if (!List().Any(stored => stored.GraphId == graphId && stored.PeerId == peerId))
        {
            RequireReadable();
            Find(graphId, peerId);
        }
    }

    /// <summary>The database of a graph.</summary>
    /// <exception cref="PeerException">There is none, or there are several.</exception>
    public StoredGraph Find(string graphId, string? peerId)
    {
        StoredGraph[] found =
            [.. List().Where(stored => stored.GraphId == graphId && (peerId is null || stored.PeerId == peerId))];
        return found switch
        {
            [var one] => one,
            [] => throw PeerErrors.DatabaseNotPresent.Exception($"This node has no database of the graph '{graphId}'.", graphId),
            _ => throw PeerErrors.InvalidArgument.Exception(
                $"This node has databases of several peers in the graph '{graphId}'; name the peer: "
                + $"{string.Join(", ", found.Select(stored => stored.PeerId))}.",
                graphId),
        };
    }

    /// <summary>The database of a name; null where there is none that can be read.</summary>
    public StoredGraph? TryFind(string name) => List().FirstOrDefault(stored => stored.DatabaseName == name);

    /// <summary>All databases that can be read, by graph.</summary>
    public IReadOnlyList<StoredGraph> List() =>
    [
        .. EnumerateFiles()
            .Select(file => Read(Path.GetFileNameWithoutExtension(file)))
            .OfType<StoredGraph>()
            .OrderBy(stored => stored.GraphId, StringComparer.Ordinal).ThenBy(stored => stored.PeerId, StringComparer.Ordinal),
    ];

    /// <summary>Deletes a database that nobody has open.</summary>
    public void Delete(string name)
    {
        _known.TryRemove(name, out _);
        try
        {
            foreach (string companion in Companions)
            {
                File.Delete(Locate(name) + companion);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw PeerErrors.AccessDenied.Exception($"The database '{name}' cannot be deleted: {exception.Message}", name, exception);
        }
    }

    /// <summary>Copies the database of a closed graph into a file.</summary>
    public async Task ExportAsync(
        string graphId, string? peerId, string file, bool overwrite, CancellationToken cancellationToken)
    {
        using GraphDatabase database = Open(graphId, Find(graphId, peerId).PeerId);
        await RecordTransfer.ExportAsync(database.Store, file, overwrite, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts an exported database in the place of that of a closed graph, which need not be there.</summary>
    /// <exception cref="PeerException">The file is damaged, or belongs to another graph or peer; everything is as before.</exception>
    public PeerDatabaseImportResult Import(
        string graphId, string? peerId, string file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        GraphState exported = RecordTransfer.ReadState(file, cancellationToken);
        if (exported.GraphId != graphId || (peerId ?? exported.PeerId) != exported.PeerId)
        {
            throw PeerErrors.InvalidDatabase.Exception(
                $"'{file}' belongs to the graph '{exported.GraphId}' and the peer '{exported.PeerId}'.", file);
        }

        GraphDatabase database = Open(graphId, exported.PeerId);
        try
        {
            ImportCounts counts = RecordTransfer.Import(database.Store, file, now, cancellationToken);
            database.Dispose();
            return new(graphId, counts.Accepted, counts.Rejected, counts.Expired, counts.Skipped);
        }
        catch
        {
            database.Dispose();
            if (database.IsNew)
            {
                Delete(database.Name);
            }

            throw;
        }
    }

    /// <summary>Where a database is.</summary>
    public string Locate(string name) => Path.Combine(path, name + Extension);

    // Somebody may have deleted the folder while the node runs.
    private IEnumerable<string> EnumerateFiles() => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + Extension) : [];

    private void RequireReadable()
    {
        foreach (string file in EnumerateFiles())
        {
            GraphStateRow.RequireReadable(file);
        }
    }

    private StoredGraph? Read(string name)
    {
        if (!_known.TryGetValue(name, out StoredGraph? stored)
            && GraphStateRow.TryReadFile(Locate(name)) is { } state)
        {
            stored = new(name, state.GraphId, state.PeerId, state.PeerTimeDelta);
            _known[name] = stored;
        }

        return stored;
    }

    // Ids may be long, and have characters that no file name has.
    private static string MakeName(string graphId, string peerId)
    {
        byte[] hash = SHA256.HashData(Encoding.Unicode.GetBytes($"{graphId}\0{peerId}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, NameBytes));
    }
}
