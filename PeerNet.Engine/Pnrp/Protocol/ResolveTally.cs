namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What a resolve has come to, beside what it has found.</summary>
/// <param name="Answers">Questions that were answered.</param>
/// <param name="Silences">Questions that were not.</param>
/// <param name="Expired">Answers that are not valid at this machine's time.</param>
/// <param name="IsLossy">Whether something on the way was lost, so that asking again may find more.</param>
internal readonly record struct ResolveTally(int Answers, int Silences, int Expired, bool IsLossy)
{
    /// <summary>That of one pass after another.</summary>
    public static ResolveTally operator +(ResolveTally first, ResolveTally second) => new(
        first.Answers + second.Answers,
        first.Silences + second.Silences,
        first.Expired + second.Expired,
        second.IsLossy);
}
