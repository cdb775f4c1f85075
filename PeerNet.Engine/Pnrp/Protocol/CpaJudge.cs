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
        in AuthorityBuffer buffer, PnrpId id, UInt128 nonce, InquireFlags asked, out CertifiedName? name)
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
