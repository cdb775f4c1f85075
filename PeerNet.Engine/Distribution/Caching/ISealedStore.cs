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
