using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Tests.Distribution.Content;

/// <summary>A sink that keeps the content of each version, and checks each block by its hash.</summary>
internal sealed class CollectedContent : IContentSink
{
    private readonly Dictionary<PeerContentVersion, MemoryStream> _content = [];

    public List<PeerContentSegment> Segments { get; } = [];

    public bool IsDisposed { get; private set; }

    public byte[] this[PeerContentVersion version] =>
        _content.TryGetValue(version, out MemoryStream? content) ? content.ToArray() : [];

    public ValueTask StoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Assert.True(SegmentCryptography.Matches(segment.HashAlgorithm, data.Span, segment.GetBlockHash(index)));
        MemoryStream content = _content.TryGetValue(segment.Version, out MemoryStream? known) ? known : new MemoryStream();
        _content[segment.Version] = content;
        Assert.Equal(content.Length, segment.Offset + (index * segment.BlockSize));
        content.Write(data.Span);
        if (index == 0)
        {
            Segments.Add(segment);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
