namespace PeerNet.Engine.Core;

/// <summary>Lets through so many at once, and so many a second for as long as it takes.</summary>
/// <param name="perSecond">How many a second, on average.</param>
/// <param name="burst">How many at once after a quiet time.</param>
internal sealed class TokenBucket(int perSecond, int burst)
{
    private double _tokens = burst;
    private TimeSpan _filled;

    /// <summary>How many could be taken at once.</summary>
    /// <param name="now">The time on a scale that never goes back.</param>
    public int Left(TimeSpan now)
    {
        _tokens = Math.Min(burst, _tokens + ((now - _filled).TotalSeconds * perSecond));
        _filled = now;
        return (int)_tokens;
    }

    /// <summary>Takes one.</summary>
    /// <param name="now">The time on a scale that never goes back.</param>
    /// <returns>False where there is none left.</returns>
    public bool TryTake(TimeSpan now)
    {
        if (Left(now) < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
