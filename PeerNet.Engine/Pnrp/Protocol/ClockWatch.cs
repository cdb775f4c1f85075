namespace PeerNet.Engine.Pnrp.Protocol;

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
