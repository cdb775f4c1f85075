using System.Collections.Concurrent;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Discovery;

/// <summary>A cache without bytes.</summary>
internal sealed class FakeSegments : ISegmentSource
{
    private readonly ConcurrentDictionary<SegmentId, SegmentHolding> _held = new();

    /// <summary>Holds the first blocks of a segment.</summary>
    public void Hold(
        SegmentId id,
        int held = 512,
        int of = 512,
        PeerContentVersion version = PeerContentVersion.V1,
        TimeSpan age = default) => _held[id] = new(id, BlockSet.First(held), of, version, age);

    public void Forget(SegmentId id) => _held.TryRemove(id, out _);

    public SegmentHolding? Find(SegmentId id) => _held.GetValueOrDefault(id);

    public ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Discovery reads no block.");
}
