using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>
/// What a segment's content information says: what its blocks are checked by and encrypted with. It is read from the index
/// when it is needed. Changed under the gate of the table only.
/// </summary>
internal sealed class SegmentDescription
{
    private readonly PeerContentVersion _version;
    private readonly int _blockCount;
    private PeerContentSegment? _lastMerged;
    private BlockSet _described;
    private bool? _isProven;

    public SegmentDescription(PeerContentVersion version, int blockCount)
    {
        _version = version;
        _blockCount = blockCount;
    }

    /// <summary>The hash algorithm; of no meaning for ciphertext.</summary>
    public PeerContentHash Algorithm { get; init; }

    /// <summary>HoD; empty for ciphertext.</summary>
    public byte[] HashOfData { get; init; } = [];

    /// <summary>Kp; empty for ciphertext.</summary>
    public byte[] Secret { get; init; } = [];

    /// <summary>What the segment is found by; empty for nothing.</summary>
    public Guid Tag { get; set; }

    /// <summary>Hashes of all blocks, one after the other, in version 1; those not in <see cref="Described"/> are zeros.</summary>
    public byte[] Hashes { get; init; } = [];

    /// <summary>The blocks whose hashes are known, in version 1.</summary>
    public BlockSet Described
    {
        get => _described;
        init => _described = value;
    }

    /// <summary>Whether the hashes are all known, and are those that HoD is made of. Anybody can make up others. In version
    /// 2 HoD itself is the hash.</summary>
    public bool IsProven => _isProven ??= _version == PeerContentVersion.V2
        || (_described.Count == _blockCount && SegmentCryptography.Matches(Algorithm, Hashes, HashOfData));

    /// <summary>Whether the index has other hashes.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Bytes that it takes in memory, about.</summary>
    public int Weight => 200 + HashOfData.Length + Secret.Length + Hashes.Length;

    public static SegmentDescription From(PeerContentSegment segment, Guid tag) =>
        new(segment.Version, segment.BlockCount)
        {
            Algorithm = segment.HashAlgorithm,
            HashOfData = segment.HashOfData,
            Secret = segment.Secret.ToArray(),
            Tag = tag,
            Hashes = segment.Version == PeerContentVersion.V1
                ? new byte[segment.BlockCount * segment.HashOfData.Length]
                : [],
        };

    /// <summary>Whether what is said of a segment is proven by its HoD.</summary>
    public static bool IsProof(PeerContentSegment segment) => segment.Version == PeerContentVersion.V2
        || (segment.DescribedBlocks == segment.BlockCount
            && SegmentCryptography.Matches(segment.HashAlgorithm, segment.BlockHashes.Span, segment.HashOfData));

    /// <summary>The hash that a block must have; empty where it is not known.</summary>
    public ReadOnlySpan<byte> GetHash(int index)
    {
        if (_version == PeerContentVersion.V2)
        {
            return HashOfData;
        }

        int size = HashOfData.Length;
        return Described.Contains(index) ? Hashes.AsSpan(index * size, size) : default;
    }

    /// <summary>
    /// Adds the hashes that a description of the same segment has. Part of a list of hashes proves nothing, so a list that
    /// HoD is made of replaces what contradicts it; otherwise what is known stays.
    /// </summary>
    /// <returns>The blocks whose hashes have been replaced.</returns>
    public BlockSet Merge(PeerContentSegment segment)
    {
        var replaced = default(BlockSet);
        if (ReferenceEquals(segment, _lastMerged) || IsProven)
        {
            return replaced;
        }

        _lastMerged = segment;
        bool isProof = IsProof(segment);
        for (int index = segment.FirstBlock; index < segment.FirstBlock + segment.DescribedBlocks; index++)
        {
            ReadOnlySpan<byte> hash = segment.GetBlockHash(index);
            bool isKnown = Described.Contains(index);
            if (!isKnown || (isProof && !hash.SequenceEqual(GetHash(index))))
            {
                hash.CopyTo(Hashes.AsSpan(index * hash.Length));
                _described.Add(index);
                _isProven = null;
                IsChanged = true;
                if (isKnown)
                {
                    replaced.Add(index);
                }
            }
        }

        return replaced;
    }

    /// <summary>The segment with a run of hashes that are known: the first at or after a block; null for none.</summary>
    public PeerContentSegment? ToSegment(SegmentId id, int length, int from)
    {
        int first = from;
        while (first < _blockCount && GetHash(first).IsEmpty)
        {
            first++;
        }

        int end = first;
        while (end < _blockCount && !GetHash(end).IsEmpty)
        {
            end++;
        }

        int size = HashOfData.Length;
        return first == end ? null : new PeerContentSegment
        {
            Id = id,
            Offset = 0,
            Length = length,
            Version = _version,
            HashAlgorithm = Algorithm,
            HashOfData = HashOfData,
            Secret = Secret,
            FirstBlock = first,
            BlockHashes = _version == PeerContentVersion.V2
                ? HashOfData
                : Hashes.AsSpan(first * size, (end - first) * size).ToArray(),
        };
    }
}

/// <summary>
/// Descriptions of segments in memory: those that the index does not have yet, and the last few that were needed. The gate of
/// the store's table guards it, and whoever calls a member holds it, unless the member says otherwise.
/// </summary>
/// <param name="index">Has all others.</param>
/// <param name="gate">The gate.</param>
/// <param name="logger">Told where it cannot be read.</param>
internal sealed class SegmentDescriptionCache(CacheIndex index, Lock gate, ILogger logger)
{
    private const int MaximumWeight = 4 * 1024 * 1024;

    private readonly Dictionary<long, SegmentDescription> _pending = [];
    private readonly Dictionary<long, SegmentDescription> _kept = [];
    private readonly Queue<long> _order = new();
    private int _weight;

    /// <summary>What is known of a segment, from the index if need be. Takes the gate, and must not be called with it.</summary>
    /// <returns>Null where the index cannot be read, or has forgotten the segment.</returns>
    public SegmentDescription? Get(CachedSegment segment)
    {
        lock (gate)
        {
            if (Find(segment.Row) is { } known)
            {
                return known;
            }
        }

        SegmentDescription? description = TryRead(segment.Row);
        lock (gate)
        {
            return description is null || segment.IsRemoved ? description : Keep(segment.Row, description);
        }
    }

    /// <summary>The description of a row, where it is in memory.</summary>
    public SegmentDescription? Find(long row) => _pending.GetValueOrDefault(row) ?? _kept.GetValueOrDefault(row);

    /// <summary>The description of a row that the index is still to be told of, if there is one.</summary>
    public SegmentDescription? FindPending(long row) => _pending.GetValueOrDefault(row);

    /// <summary>Keeps a description until the index has it.</summary>
    public void Await(long row, SegmentDescription description)
    {
        Drop(row);
        _pending[row] = description;
    }

    /// <summary>The index has it.</summary>
    public void Confirm(long row)
    {
        if (_pending.Remove(row, out SegmentDescription? description))
        {
            Keep(row, description);
        }
    }

    /// <summary>Forgets a row.</summary>
    public void Remove(long row)
    {
        _pending.Remove(row);
        Drop(row);
    }

    // The one that is there already is the newer.
    private SegmentDescription Keep(long row, SegmentDescription description)
    {
        if (Find(row) is { } known)
        {
            return known;
        }

        _kept.Add(row, description);
        _order.Enqueue(row);
        _weight += description.Weight;
        while (_weight > MaximumWeight && _order.TryDequeue(out long oldest))
        {
            Drop(oldest);
        }

        return description;
    }

    private SegmentDescription? TryRead(long row)
    {
        try
        {
            return index.Describe(row);
        }
        catch (PeerException exception)
        {
            CacheLog.StoreFailed(logger, exception.Message);
            return null;
        }
    }

    private void Drop(long row)
    {
        if (_kept.Remove(row, out SegmentDescription? description))
        {
            _weight -= description.Weight;
        }
    }
}
