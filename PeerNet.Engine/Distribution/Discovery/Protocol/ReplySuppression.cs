using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>
/// Decides whether a probe for a segment is left to others (MS-PCCRD note 8): what everybody here has, not everybody needs
/// to offer. A segment is forgotten with time, for those others may have gone.
/// </summary>
internal sealed class ReplySuppression
{
    private const double ReplyProbability = 0.33;

    private readonly byte[] _key = new byte[32];
    private readonly RecentEntries<SegmentId, uint> _common =
        new(DiscoveryLimits.RememberedSegments, DiscoveryLimits.SegmentLifetime);

    /// <param name="random">Chance: what this node leaves to it, no other node leaves to the same.</param>
    public ReplySuppression(IRandomSource random) => random.Fill(_key);

    /// <summary>Segments that are known to be common.</summary>
    public int Count => _common.Count;

    /// <summary>Notes the replies to a probe of this node, when no more are awaited.</summary>
    /// <param name="now">The time.</param>
    /// <param name="id">The segment.</param>
    /// <param name="replies">What the replies say of it; null where there were none.</param>
    /// <param name="areAll">Whether the request timer has run out: fewer would have come for want of time, else.</param>
    public void Note(TimeSpan now, SegmentId id, ReplyTally? replies, bool areAll)
    {
        if (replies is not null && replies.Seen >= DiscoveryLimits.SuppressionReplies)
        {
            _common.Set(id, replies.CommonBlocks, now);
        }
        else if (areAll)
        {
            _common.Remove(id);
        }
    }

    /// <summary>Whether to stay silent about a segment that is here. It may be decided by chance: the same for a probe
    /// that is repeated.</summary>
    /// <param name="now">The time.</param>
    /// <param name="holding">What is here.</param>
    /// <param name="messageId">The message id of the probe.</param>
    public bool Silences(TimeSpan now, SegmentHolding holding, string messageId) =>
        _common.TryGet(holding.Id, now, out uint blocks)
        && (blocks >= holding.BlockCount || Draw(holding.Id, messageId) >= ReplyProbability);

    // From 0 to 1, and nothing that whoever chooses the message id could choose.
    private double Draw(SegmentId id, string messageId)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, [.. id.Bytes, .. Encoding.UTF8.GetBytes(messageId)], digest);
        return BinaryPrimitives.ReadUInt32LittleEndian(digest) / (double)uint.MaxValue;
    }
}

/// <summary>Remembers what came last, for some time and up to some number.</summary>
internal sealed class RecentEntries<TKey, TValue>(int capacity, TimeSpan lifetime)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly LinkedList<TKey> _order = [];

    /// <summary>How many are remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>Remembers an entry, in place of an earlier one and, at the limit, of the oldest.</summary>
    public void Set(TKey key, TValue value, TimeSpan now)
    {
        Remove(key);
        Forget(now, capacity - 1);
        _entries[key] = new(value, now, _order.AddLast(key));
    }

    public bool TryGet(TKey key, TimeSpan now, [MaybeNullWhen(false)] out TValue value)
    {
        Forget(now, capacity);
        bool isKnown = _entries.TryGetValue(key, out Entry entry);
        value = entry.Value;
        return isKnown;
    }

    public void Remove(TKey key)
    {
        if (_entries.Remove(key, out Entry entry))
        {
            _order.Remove(entry.Place);
        }
    }

    private void Forget(TimeSpan now, int keep)
    {
        while (_order.First is { } oldest
            && (_entries.Count > keep || now - _entries[oldest.Value].Since >= lifetime))
        {
            Remove(oldest.Value);
        }
    }

    private readonly record struct Entry(TValue Value, TimeSpan Since, LinkedListNode<TKey> Place);
}
