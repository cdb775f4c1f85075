namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>A hosted cache as its client knows it.</summary>
internal sealed class OfferTarget(Uri address)
{
    private int _failures;

    /// <summary>The base address of offers.</summary>
    public Uri Address => address;

    /// <summary>Until when it is left alone.</summary>
    public TimeSpan RestUntil { get; private set; } = TimeSpan.MinValue;

    public void Succeed() => _failures = 0;

    public void Fail(TimeSpan now, OfferOptions options)
    {
        TimeSpan rest = options.Rest * Math.Pow(2, Math.Min(_failures++, 16));
        RestUntil = now + (rest < options.LongestRest ? rest : options.LongestRest);
    }
}
