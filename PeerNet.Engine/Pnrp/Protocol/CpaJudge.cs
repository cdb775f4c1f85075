using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Checks the CPAs that others show, and what they say of this machine's clock.</summary>
/// <param name="context">What the parts share.</param>
internal sealed class CpaJudge(PnrpContext context)
{
    private readonly ClockWatch _clock = new();

    /// <summary>Answers in a row, up to the last one, that do not fit this machine's clock.</summary>
    public int ClockDoubts => _clock.Doubts;

    /// <summary>Checks the answer to an INQUIRE, and counts what is wrong with it.</summary>
    public CpaVerdict Judge(
        in AuthorityBuffer buffer, PnrpId id, Bits128 nonce, InquireFlags asked, out CertifiedName? name)
    {
        CpaVerdict verdict = AuthorityValidator.Validate(context.Suite, buffer, id, nonce, context.Now.Utc, out name, asked);
        _clock.Note(verdict, name, context.Now.Utc);
        if (verdict != CpaVerdict.Valid)
        {
            context.Drop(verdict == CpaVerdict.Expired ? PnrpDropReason.Expired : PnrpDropReason.InvalidCpa);
        }

        return verdict;
    }
}

/// <summary>
/// Whether this machine's clock can be right, by what other nodes certify: that is neither over, nor does it begin in a
/// far future. A CPA lives for a week at most (MS-PNRP 2.2.3.1), and two clocks may differ by a day.
/// </summary>
internal sealed class ClockWatch
{
    private static readonly TimeSpan LongestLife = LocalName.MaximumCpaLifetime + TimeSpan.FromDays(1);

    /// <summary>Answers in a row, up to the last one, that do not fit the clock.</summary>
    public int Doubts { get; private set; }

    /// <summary>Takes note of an answer.</summary>
    /// <param name="verdict">What came of checking it.</param>
    /// <param name="name">What it certifies, where it is valid.</param>
    /// <param name="utc">The time by the node's clock.</param>
    public void Note(CpaVerdict verdict, CertifiedName? name, DateTimeOffset utc)
    {
        if (verdict == CpaVerdict.Expired || name?.NotAfter - utc > LongestLife)
        {
            Doubts++;
        }
        else if (verdict == CpaVerdict.Valid)
        {
            Doubts = 0;
        }
    }
}
