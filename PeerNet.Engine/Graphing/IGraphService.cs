using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing;

/// <summary>The graphs of one node. Every failure is a <see cref="PeerException"/>.</summary>
public interface IGraphService : IGraphAccess
{
    /// <summary>Creates a graph, which is open and synchronized from then on.</summary>
    Task<PeerGraph> CreateAsync(PeerGraphCreation creation, CancellationToken cancellationToken);

    /// <summary>Opens a graph unless it is open, and connects it where the request says how. A graph that was never
    /// synchronized must be connected before it listens.</summary>
    /// <param name="opening">What to open, and whom to connect to.</param>
    /// <param name="isAwaited">Whether to wait until the database is synchronized.</param>
    /// <param name="progress">Told how far it has come; null for nobody.</param>
    /// <param name="cancellationToken">Gives up; a graph that was closed before is closed again.</param>
    Task<PeerGraph> ConnectAsync(
        PeerGraphOpening opening, bool isAwaited, IProgress<PeerGraphProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Changes properties and settings of an open graph.</summary>
    Task<PeerGraph> ChangeAsync(string graphId, PeerGraphChange change, CancellationToken cancellationToken);

    /// <summary>Leaves a graph.</summary>
    /// <param name="graphId">The graph.</param>
    /// <param name="persist">Whether its database is kept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task CloseAsync(string graphId, bool persist, CancellationToken cancellationToken);

    /// <summary>Deletes the database of a closed graph.</summary>
    Task RemoveAsync(string graphId, string? peerId, CancellationToken cancellationToken);
}
