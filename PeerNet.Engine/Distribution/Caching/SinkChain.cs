using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Gives content to several.</summary>
/// <param name="sinks">They, in order.</param>
internal sealed class SinkChain(IReadOnlyList<IContentSink> sinks) : IContentSink
{
    public async ValueTask StoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        foreach (IContentSink sink in sinks)
        {
            await sink.StoreAsync(segment, index, data, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask CompleteAsync()
    {
        foreach (IContentSink sink in sinks)
        {
            await sink.CompleteAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IContentSink sink in sinks)
        {
            await sink.DisposeAsync().ConfigureAwait(false);
        }
    }
}
