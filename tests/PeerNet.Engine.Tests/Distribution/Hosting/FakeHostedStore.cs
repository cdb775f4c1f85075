using System.Collections.Concurrent;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

/// <summary>A block cache in memory.</summary>
internal sealed class FakeHostedStore : IHostedStore
{
    private readonly ConcurrentDictionary<SegmentId, BlockSet> _held = new();
    private readonly ConcurrentDictionary<SegmentId, PeerContentSegment> _described = new();

    /// <summary>What was stored, in the clear.</summary>
    public ConcurrentDictionary<(SegmentId Id, int Block), byte[]> Blocks { get; } = new();

    /// <summary>What was stored as ciphertext.</summary>
    public ConcurrentDictionary<(SegmentId Id, int Block), byte[]> Sealed { get; } = new();

    public ConcurrentDictionary<SegmentId, Guid> Tags { get; } = new();

    /// <summary>Whether it takes nothing more.</summary>
    public bool IsFull { get; set; }

    /// <summary>Holds blocks whose content is of no interest.</summary>
    public void Hold(SegmentId id, BlockSet blocks, PeerContentSegment? description = null)
    {
        _held[id] = blocks;
        if (description is not null)
        {
            _described[id] = description;
        }
    }

    public PeerContentSegment? Describe(SegmentId id) => _described.GetValueOrDefault(id);

    public BlockSet FindHeld(PeerContentSegment segment) => _described.TryGetValue(segment.Id, out PeerContentSegment? known)
        ? BlockSet.First(segment.BlockCount).Intersect(_held[segment.Id]).Where(
            block => known.GetBlockHash(block).SequenceEqual(segment.GetBlockHash(block)))
        : default;

    public SegmentHolding? Find(SegmentId id) => _held.TryGetValue(id, out BlockSet blocks)
        ? new SegmentHolding(id, blocks, BlockSet.Capacity, PeerContentVersion.V1, TimeSpan.Zero)
        : null;

    public ValueTask<HeldBlock?> ReadBlockAsync(SegmentId id, int index, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void Flush()
    {
    }

    public ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken)
    {
        Tags[segment.Id] = tag;
        return ValueTask.FromResult(!IsFull && Blocks.TryAdd((segment.Id, index), data.ToArray()));
    }

    public ValueTask<bool> TryStoreSealedAsync(
        SealedSegment segment, int index, SealedBlock block, CancellationToken cancellationToken)
    {
        Tags[segment.Id] = segment.Tag;
        return ValueTask.FromResult(!IsFull && Sealed.TryAdd((segment.Id, index), block.Ciphertext.ToArray()));
    }
}
