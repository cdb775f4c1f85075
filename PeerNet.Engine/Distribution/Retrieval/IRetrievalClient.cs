using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>The client role of MS-PCCRR: asks one peer for one thing. Nothing but cancellation is thrown.</summary>
internal interface IRetrievalClient
{
    /// <summary>Asks which of some blocks a peer has (GETBLKLIST); null where it gives no usable answer.</summary>
    /// <param name="peer">Its base address, such as <c>http://192.0.2.7:8008/</c>.</param>
    /// <param name="id">The segment.</param>
    /// <param name="wanted">The blocks of interest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<BlockSet?> GetBlockListAsync(Uri peer, SegmentId id, BlockSet wanted, CancellationToken cancellationToken);

    /// <summary>Fetches, decrypts and verifies one block (GETBLKS).</summary>
    /// <param name="peer">Its base address.</param>
    /// <param name="segment">The segment, whose information describes the block.</param>
    /// <param name="index">The block.</param>
    /// <param name="destination">Takes the block: exactly its length.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<BlockOutcome> GetBlockAsync(
        Uri peer, PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Asks a hosted cache which segments it has (GETSEGLIST): the indexes into <paramref name="ids"/>, or
    /// null where it gives no usable answer, as one that speaks only version 1.0 does.</summary>
    Task<IReadOnlyList<int>?> GetSegmentListAsync(
        Uri peer, IReadOnlyList<SegmentId> ids, CancellationToken cancellationToken);
}
