using System.Net;

namespace PeerNet.Engine.Core;

/// <summary>How often one source (<see cref="AddressBlock"/>) is listened to. The table is bounded; while it is full,
/// strangers are not.</summary>
internal sealed class SourceLimiter(int allowed, TimeSpan window, int capacity)
{
    private readonly Dictionary<AddressBlock, Budget> _sources = [];

    /// <summary>Whether one more message from <paramref name="source"/> is within its budget.</summary>
    /// <param name="source">Who sent it.</param>
    /// <param name="now">The time on a scale that never goes back.</param>
    public bool TryTake(IPAddress source, TimeSpan now) => TryTake(AddressBlock.Of(source), now);

    /// <inheritdoc cref="TryTake(IPAddress, TimeSpan)"/>
    public bool TryTake(AddressBlock block, TimeSpan now)
    {
        if (!_sources.TryGetValue(block, out Budget budget))
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

        if (budget.Used == 0 || now - budget.Start >= window)
        {
            budget = new(now, 0);
        }

        _sources[block] = budget with { Used = budget.Used + 1 };
        return budget.Used < allowed;
    }

    private void Forget(TimeSpan now)
    {
        foreach ((AddressBlock source, Budget budget) in _sources)
        {
            if (now - budget.Start >= window)
            {
                _sources.Remove(source);
            }
        }
    }

    private readonly record struct Budget(TimeSpan Start, int Used);
}
