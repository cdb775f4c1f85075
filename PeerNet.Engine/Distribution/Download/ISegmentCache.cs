namespace PeerNet.Engine.Distribution.Download;

/// <summary>The local cache, as a download uses it.</summary>
internal interface ISegmentCache
{
    /// <summary>Reads a block if it is held and has the hash it must have.</summary>
    ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Keeps a block that the caller has verified. A full or broken disk costs the cache, never the download:
    /// it is reported as false.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="index">The block.</param>
    /// <param name="data">Its bytes.</param>
    /// <param name="tag">What the caller wants to find it by later; empty for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken);

    /// <summary>Lets everything stored so far survive a kill, or a power failure.</summary>
    /// <exception cref="Core.PeerException">The disk is full or broken.</exception>
    void Flush();
}
