using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>A segment on its way to or from the index.</summary>
internal sealed class IndexRow
{
    public required long Row { get; init; }

    public required SegmentId Id { get; init; }

    public required PeerContentVersion Version { get; init; }

    public required int Length { get; init; }

    public required bool IsSealed { get; init; }

    public required short Volume { get; init; }

    public required int Slot { get; init; }

    /// <summary>The blocks held: a bit each, the first is the lowest of the first byte.</summary>
    public required byte[] Held { get; init; }

    public required uint Added { get; init; }

    public required uint LastUsed { get; init; }

    public required uint Stamp { get; init; }

    /// <summary>Whether the index has the row already.</summary>
    public bool IsIndexed { get; init; }

    public Guid Tag { get; init; }

    /// <summary>What a new row is described by.</summary>
    public SegmentDescription? Description { get; init; }

    /// <summary>The hashes, where the index does not have them as they are.</summary>
    public byte[]? Hashes { get; init; }

    /// <summary>The blocks whose hashes <see cref="Hashes"/> has.</summary>
    public BlockSet Described { get; init; }
}
