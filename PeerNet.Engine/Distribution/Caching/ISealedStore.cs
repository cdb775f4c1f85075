using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// Keeps blocks as ciphertext, for a hosted cache that was offered segments without their secrets (MS-PCHC 2.2.1.5). They
/// are served like other blocks, and take part in the limit of the cache.
/// </summary>
internal interface ISealedStore
{
    /// <summary>Keeps the ciphertext of a block.</summary>
    /// <returns>Whether the block can be read from here from now on, if only because its plaintext is held already. A
    /// full or broken disk, or a segment that is held as plaintext without this block, is reported as false.</returns>
    ValueTask<bool> TryStoreSealedAsync(
        SealedSegment segment, int index, SealedBlock block, CancellationToken cancellationToken);
}

/// <summary>A segment of which only what an offer says is known (MS-PCHC 2.2.1.5).</summary>
/// <param name="Id">The segment.</param>
/// <param name="Version">Version 1: blocks of 64 KiB. Version 2: one block.</param>
/// <param name="Length">Bytes of the whole segment.</param>
/// <param name="Tag">What it is to be found by later; empty for nothing.</param>
internal sealed record SealedSegment(SegmentId Id, PeerContentVersion Version, int Length, Guid Tag);

/// <summary>A block as another node encrypted it.</summary>
/// <param name="Cipher">How; never None.</param>
/// <param name="InitializationVector">The vector: 16 bytes.</param>
/// <param name="Ciphertext">The block, padded: a multiple of 16 bytes, at most 16 more than the block.</param>
internal readonly record struct SealedBlock(
    BlockCipher Cipher, ReadOnlyMemory<byte> InitializationVector, ReadOnlyMemory<byte> Ciphertext);
