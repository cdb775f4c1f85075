using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing;

/// <summary>What is in the graphs of one node, or in those of its groups: records, connections, data, databases. Every
/// failure is a <see cref="PeerException"/>.</summary>
public interface IGraphAccess
{
    /// <summary>The graphs that are open, and the databases of closed ones where they are wanted too.</summary>
    Task<IReadOnlyList<PeerGraph>> ListAsync(bool includeClosed, CancellationToken cancellationToken);

    /// <summary>Has the records that wait for their validation validated again.</summary>
    /// <returns>How many waited, and how many still do.</returns>
    Task<(int Before, int After)> RevalidateAsync(string graphId, CancellationToken cancellationToken);

    /// <summary>The nodes of a graph that are known here.</summary>
    Task<IReadOnlyList<PeerGraphNode>> GetNodesAsync(string graphId, CancellationToken cancellationToken);

    /// <summary>Copies the database of a graph that neither listens nor is connected into a file of its own.</summary>
    Task ExportAsync(string graphId, string? peerId, string path, bool overwrite, CancellationToken cancellationToken);

    /// <summary>Puts what <see cref="ExportAsync"/> wrote in the place of a closed graph's database.</summary>
    /// <param name="graphId">The graph.</param>
    /// <param name="peerId">The peer id in it; null for the one in the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up; the database is as before.</param>
    Task<PeerDatabaseImportResult> ImportAsync(
        string graphId, string? peerId, string path, CancellationToken cancellationToken);

    /// <summary>Publishes a record. When this returns it is on the disk.</summary>
    Task<PeerRecord> AddRecordAsync(string graphId, PeerRecordAddition addition, CancellationToken cancellationToken);

    /// <summary>Publishes a new version of a record.</summary>
    Task<PeerRecord> UpdateRecordAsync(string graphId, PeerRecordUpdate update, CancellationToken cancellationToken);

    /// <summary>Puts a tombstone in the place of a record.</summary>
    Task<PeerRecord> RemoveRecordAsync(string graphId, Guid recordId, CancellationToken cancellationToken);

    /// <summary>A record, tombstones too; null where there is none.</summary>
    Task<PeerRecord?> FindRecordAsync(string graphId, Guid recordId, CancellationToken cancellationToken);

    /// <summary>The records that are wanted, as they are found.</summary>
    IAsyncEnumerable<PeerRecord> GetRecordsAsync(
        string graphId, PeerRecordQuery query, CancellationToken cancellationToken);

    /// <summary>The connections of a graph, or of all that are open.</summary>
    Task<IReadOnlyList<PeerConnection>> GetConnectionsAsync(string? graphId, CancellationToken cancellationToken);

    /// <summary>Opens a direct connection and waits for its acceptance.</summary>
    /// <param name="graphId">The graph.</param>
    /// <param name="peerId">Whom to; null for whoever is at the endpoint.</param>
    /// <param name="endpoint">Where; null for where the peer is known to listen.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<PeerConnection> OpenConnectionAsync(
        string graphId, string? peerId, IPEndPoint? endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Closes a direct connection.</summary>
    Task CloseConnectionAsync(string graphId, ulong connectionId, CancellationToken cancellationToken);

    /// <summary>Sends data through a connection. When this returns it is queued; order is kept.</summary>
    Task SendAsync(
        string graphId,
        ulong connectionId,
        Guid dataType,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken);

    /// <summary>Waits for a node to answer a connection attempt.</summary>
    /// <returns>How long it took until the other side had accepted the TCP connection; null where it did not.</returns>
    Task<TimeSpan?> PingAsync(IPEndPoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Takes what has come through connections out of the queue, and waits for more.</summary>
    IAsyncEnumerable<PeerDataItem> ReceiveAsync(PeerDataSelection selection, CancellationToken cancellationToken);

    /// <summary>How many items were dropped since the last question, because nobody received them.</summary>
    long TakeLostData(string? graphId);

    /// <summary>Takes in direct connections of a graph, or of all, for as long as somebody cares.</summary>
    /// <returns>Ends it.</returns>
    IDisposable ExpectDirectConnections(string? graphId);
}
