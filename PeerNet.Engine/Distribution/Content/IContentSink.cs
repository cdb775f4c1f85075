namespace PeerNet.Engine.Distribution.Content;

/// <summary>Takes content while it is hashed: a cache, or a folder for a package. It is disposed of when all of the content
/// has been handed over, or something has failed.</summary>
internal interface IContentSink : IAsyncDisposable
{
    /// <summary>Takes a block. The blocks of a segment come in order, and its segments too.</summary>
    /// <param name="segment">The segment, with its keys.</param>
    /// <param name="index">The block.</param>
    /// <param name="data">Its bytes; valid until the task ends.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask StoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>All of the content has been handed over, and is about to be acknowledged: it must survive whatever happens to
    /// the process from here on.</summary>
    /// <exception cref="Core.PeerException">The disk is full or broken.</exception>
    ValueTask CompleteAsync();
}
