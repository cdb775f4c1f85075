using System.Net;

namespace PeerNet.Engine.Core;

/// <summary>
/// Lets through so many at once and so many a second, whoever asks, until half of the budget is used. The other half is
/// for sources within their share, so that one that floods does not take the others' turn.
/// </summary>
/// <param name="perSecond">How many a second, on average, from all sources.</param>
/// <param name="burst">How many at once after a quiet time, from all sources.</param>
/// <param name="capacity">How many sources can have a share of one second.</param>
internal sealed class FairLimiter(int perSecond, int burst, int capacity)
{
    /// <summary>How many sources can ask without end before they take from each other.</summary>
    private const int Sharers = 10;

    private readonly TokenBucket _all = new(perSecond, burst);
    private readonly SourceLimiter _shares = new(Math.Max(1, perSecond / Sharers), TimeSpan.FromSeconds(1), capacity);

    /// <inheritdoc cref="TryTake(AddressBlock, TimeSpan)"/>
    public bool TryTake(IPAddress source, TimeSpan now) => TryTake(AddressBlock.Of(source), now);

    /// <summary>Takes one for <paramref name="source"/>.</summary>
    /// <param name="source">Who asks.</param>
    /// <param name="now">The time on a scale that never goes back.</param>
    /// <returns>False where nothing is left, or nothing for this source.</returns>
    public bool TryTake(AddressBlock source, TimeSpan now) =>
        (_all.Left(now) > burst / 2 || _shares.TryTake(source, now)) && _all.TryTake(now);
}
