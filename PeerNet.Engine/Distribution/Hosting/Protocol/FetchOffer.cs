using System.Net;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>A segment that a client says it holds, and what the cache wants of it.</summary>
internal sealed record FetchOffer
{
    // What an offer takes in memory besides the hashes of its blocks.
    private const int BaseWeight = 512;

    /// <summary>The client: the source of its request, and the port in it (MS-PCHC 3.1.5).</summary>
    public required IPEndPoint Client { get; init; }

    /// <summary>The segment.</summary>
    public required SegmentId Id { get; init; }

    /// <summary>What describes the segment, so that its blocks can be read and verified; null where only its id is known.</summary>
    public PeerContentSegment? Segment { get; init; }

    /// <summary>What the offer says of a segment of which only the id is known.</summary>
    public SealedSegment? Sealed { get; init; }

    /// <summary>The blocks that are not held yet.</summary>
    public required BlockSet Wanted { get; init; }

    /// <summary>What the client's application calls its content; empty for nothing.</summary>
    public Guid Tag { get; init; }

    /// <summary>The base address of the client's retrieval server.</summary>
    public Uri Peer => new($"http://{Client}/");

    /// <summary>Bytes that the wanted blocks have, at most.</summary>
    public long Bytes => (long)Wanted.Count * (Segment?.BlockSize ?? SealedBlockSize);

    /// <summary>Bytes that it takes in memory, about.</summary>
    public int Weight => BaseWeight + (Segment?.BlockHashes.Length ?? 0);

    /// <summary>Whether a block that came for another offer of the segment is the block that this one means. Ciphertext
    /// cannot be checked, so it meets no offer that can.</summary>
    public bool IsMetBy(FetchOffer other, int block) => Segment is not { } segment
        || (other.Segment is { } known
            && known.GetBlockLength(block) == segment.GetBlockLength(block)
            && known.GetBlockHash(block).SequenceEqual(segment.GetBlockHash(block)));

    private int SealedBlockSize => Sealed is null ? 0
        : Sealed.Version == PeerContentVersion.V2 ? Sealed.Length
        : PeerContentSegment.V1BlockSize;
}
