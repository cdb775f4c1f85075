using System.Buffers;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Hosting.Protocol;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>
/// Fetches blocks with GETBLKS, without asking first which there are: clients need know no other message. A block of which
/// the hash is known is verified before it is cached; of others, ciphertext, vector and cipher are kept as they came.
/// </summary>
internal sealed class BlockFetcher(RetrievalClient client, IHostedStore store) : IBlockFetcher
{
    public Task<(FetchOutcome Outcome, int Length)> FetchAsync(FetchRequest request, CancellationToken cancellationToken) =>
        request.Offer.Segment is { } segment
            ? FetchVerifiedAsync(request.Offer, segment, request.Block, cancellationToken)
            : FetchSealedAsync(request.Offer, request.Offer.Sealed!, request.Block, cancellationToken);

    private async Task<(FetchOutcome Outcome, int Length)> FetchVerifiedAsync(
        FetchOffer offer, PeerContentSegment segment, int index, CancellationToken cancellationToken)
    {
        int length = segment.GetBlockLength(index);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Memory<byte> block = buffer.AsMemory(0, length);
            BlockOutcome outcome = await client.GetBlockAsync(offer.Peer, segment, index, block, cancellationToken)
                .ConfigureAwait(false);
            return outcome != BlockOutcome.Received
                ? (Translate(outcome), 0)
                : (ToOutcome(await store.TryStoreAsync(segment, index, block, offer.Tag, cancellationToken).ConfigureAwait(false)), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<(FetchOutcome Outcome, int Length)> FetchSealedAsync(
        FetchOffer offer, SealedSegment segment, int index, CancellationToken cancellationToken)
    {
        int length = GetBlockLength(segment, index);
        (BlockOutcome outcome, EncryptedBlock? block) = await client.GetSealedBlockAsync(
            offer.Peer, offer.Id, index, BlockEncryption.GetLength(length), cancellationToken).ConfigureAwait(false);
        using (block)
        {
            if (block is null)
            {
                return (Translate(outcome), 0);
            }

            var content = new SealedBlock(block.Cipher, block.InitializationVector, block.Data);
            if (!SealedRecord.IsPossible(content, length))
            {
                return (FetchOutcome.Corrupt, block.Data.Length);
            }

            bool isStored = await store.TryStoreSealedAsync(segment, index, content, cancellationToken).ConfigureAwait(false);
            return (ToOutcome(isStored), block.Data.Length);
        }
    }

    private static int GetBlockLength(SealedSegment segment, int index) => segment.Version == PeerContentVersion.V2
        ? segment.Length
        : Math.Min(PeerContentSegment.V1BlockSize, segment.Length - (index * PeerContentSegment.V1BlockSize));

    private static FetchOutcome ToOutcome(bool isStored) => isStored ? FetchOutcome.Stored : FetchOutcome.NotStored;

    private static FetchOutcome Translate(BlockOutcome outcome) => outcome switch
    {
        BlockOutcome.Missing or BlockOutcome.Busy => FetchOutcome.Missing,
        BlockOutcome.Corrupt => FetchOutcome.Corrupt,
        _ => FetchOutcome.Failed,
    };
}

/// <summary>Fetches one block into the cache.</summary>
internal interface IBlockFetcher
{
    /// <summary>Fetches a block and stores it. Nothing but cancellation is thrown.</summary>
    /// <returns>How it ended, and how many bytes came.</returns>
    Task<(FetchOutcome Outcome, int Length)> FetchAsync(FetchRequest request, CancellationToken cancellationToken);
}
