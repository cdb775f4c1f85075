using System.Net;

namespace PeerNet.Engine.Pnrp.Discovery;

/// <summary>How often one source is listened to. The table is bounded; while it is full, strangers are not.</summary>
internal sealed class SourceLimiter(TimeProvider time, int allowed, TimeSpan window, int capacity)
{
    private readonly Dictionary<IPAddress, Budget> _sources = [];

    /// <summary>Whether one more message from <paramref name="source"/> is within its budget.</summary>
    public bool TryTake(IPAddress source)
    {
        long now = time.GetTimestamp();
        if (!_sources.TryGetValue(source, out Budget budget))
        {
            if (_sources.Count >= capacity)
            {
                Forget(now);
            }

            if (_sources.Count >= capacity)
            {
                return false;
            }
        }

        if (budget.Used == 0 || time.GetElapsedTime(budget.Start, now) >= window)
        {
            budget = new(now, 0);
        }

        _sources[source] = budget with { Used = budget.Used + 1 };
        return budget.Used < allowed;
    }

    private void Forget(long now)
    {
        foreach ((IPAddress source, Budget budget) in _sources)
        {
            if (time.GetElapsedTime(budget.Start, now) >= window)
            {
                _sources.Remove(source);
            }
        }
    }

    private readonly record struct Budget(long Start, int Used);
}
