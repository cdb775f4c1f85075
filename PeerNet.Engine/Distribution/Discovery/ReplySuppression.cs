using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>
/// Decides whether a probe for a segment is left to others (MS-PCCRD note 8): what everybody here has, not everybody needs
/// to offer. A segment is forgotten with time, for those others may have gone.
/// </summary>
internal sealed class ReplySuppression(DiscoveryOptions options, IRandomSource random)
{
    private const double ReplyProbability = 0.33;

    private readonly RecentEntries<SegmentId, uint> _common = new(options.RememberedSegments, options.SegmentLifetime);

    /// <summary>Segments that are known to be common.</summary>
    public int Count => _common.Count;

    /// <summary>Notes the replies to a probe of this node, when no more are awaited.</summary>
    /// <param name="id">The segment.</param>
    /// <param name="replies">What the replies say of it; null where there were none.</param>
    /// <param name="areAll">Whether the request timer has run out: fewer would have come for want of time, else.</param>
    /// <param name="now">The time.</param>
    public void Note(SegmentId id, ReplyTally? replies, bool areAll, TimeSpan now)
    {
        if (replies is not null && replies.Seen >= options.SuppressionReplies)
        {
            _common.Set(id, replies.CommonBlocks, now);
        }
        else if (areAll)
        {
            _common.Remove(id);
        }
    }

    /// <summary>Whether to stay silent about a segment that is here. Asked once for a probe: it may be decided by
    /// chance.</summary>
    public bool Silences(SegmentHolding holding, TimeSpan now) =>
        _common.TryGet(holding.Id, now, out uint blocks)
        && (blocks >= holding.BlockCount || random.NextDouble() >= ReplyProbability);
}
