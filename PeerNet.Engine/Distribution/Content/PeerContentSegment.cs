namespace PeerNet.Engine.Distribution;

/// <summary>One segment of described content (MS-PCCRC 2.3.1.1, 2.4). Its secret stays inside.</summary>
public sealed class PeerContentSegment
{
    /// <summary>Block size of version 1, in bytes.</summary>
    internal const int V1BlockSize = 64 * 1024;

    /// <summary>The public id, HoHoDk.</summary>
    public required SegmentId Id { get; init; }

    /// <summary>Where the segment begins in the content, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>Its length in bytes: at most 32 MiB in version 1, 128 KiB in version 2.</summary>
    public required int Length { get; init; }

    /// <summary>The version of the information that describes it.</summary>
    public required PeerContentVersion Version { get; init; }

    /// <summary>The hash algorithm of its hashes.</summary>
    public required PeerContentHash HashAlgorithm { get; init; }

    /// <summary>Hash of data, HoD: over the block hashes in version 1, over the segment in version 2.</summary>
    public required byte[] HashOfData { get; init; }

    /// <summary>How many blocks the segment has, described or not.</summary>
    public int BlockCount => (Length + BlockSize - 1) / BlockSize;

    /// <summary>Bytes of a block; the last one may be shorter. A segment of version 2 is one block.</summary>
    public int BlockSize => Version == PeerContentVersion.V1 ? V1BlockSize : Length;

    /// <summary>The segment secret Kp: whoever has it can read the content.</summary>
    internal ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>The first block that <see cref="BlockHashes"/> describes; a range may leave out blocks at either end.</summary>
    internal int FirstBlock { get; init; }

    /// <summary>The hashes of the described blocks, one after the other. In version 2 it is HoD.</summary>
    internal ReadOnlyMemory<byte> BlockHashes { get; init; }

    /// <summary>How many blocks are described.</summary>
    internal int DescribedBlocks => BlockHashes.Length / HashOfData.Length;

    /// <summary>Bytes of one block.</summary>
    internal int GetBlockLength(int index) => Math.Min(BlockSize, Length - (index * BlockSize));

    /// <summary>The hash that a block must have; empty where the information does not describe it.</summary>
    internal ReadOnlySpan<byte> GetBlockHash(int index)
    {
        int place = index - FirstBlock;
        int size = HashOfData.Length;
        return (uint)place < (uint)DescribedBlocks ? BlockHashes.Span.Slice(place * size, size) : default;
    }

    /// <summary>The segment's id.</summary>
    public override string ToString() => Id.ToString();
}
