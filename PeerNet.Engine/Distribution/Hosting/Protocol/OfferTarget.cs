namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>A hosted cache as its client knows it.</summary>
internal sealed class OfferTarget(Uri address)
{
    private int _failures;

    /// <summary>The base address of offers.</summary>
    public Uri Address => address;

    /// <summary>Until when it is left alone; null where it never had to be.</summary>
    public TimeSpan? RestUntil { get; private set; }

    /// <summary>Whether it can be offered something.</summary>
    public bool IsReady(TimeSpan now) => RestUntil is not { } until || until <= now;

    public void Succeed() => _failures = 0;

    public void Fail(TimeSpan now)
    {
        TimeSpan rest = OfferLimits.Rest * Math.Pow(2, Math.Min(_failures++, 16));
        RestUntil = now + (rest < OfferLimits.LongestRest ? rest : OfferLimits.LongestRest);
    }
}
