using System.Collections.Concurrent;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Download;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>A cache in memory.</summary>
internal sealed class FakeCache : ISegmentCache
{
    public ConcurrentDictionary<(SegmentId Id, int Block), byte[]> Blocks { get; } = new();

    /// <summary>Whether it takes nothing more.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether storing throws, which it must not.</summary>
    public bool IsBroken { get; set; }

    public Guid LastTag { get; private set; }

    public int Reads;

    public ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Reads);
        bool isHeld = Blocks.TryGetValue((segment.Id, index), out byte[]? data);
        data?.CopyTo(destination);
        return ValueTask.FromResult(isHeld);
    }

    public void Flush()
    {
    }

    public ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken)
    {
        if (IsBroken)
        {
            throw new InvalidOperationException("A bug of the cache.");
        }

        LastTag = tag;
        if (!IsFull)
        {
            Blocks[(segment.Id, index)] = data.ToArray();
        }

        return ValueTask.FromResult(!IsFull);
    }
}
