namespace PeerNet.Engine.Transport;

/// <summary>A network interface that is up.</summary>
internal sealed record LocalInterface
{
    /// <summary>The name the system gives it, such as <c>eth0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its index: the zone of its link-local addresses.</summary>
    public required int Index { get; init; }

    /// <summary>Whether it is the loopback interface.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>Whether only this machine and the guests on it are behind it: a bridge without a port to the outside, or
    /// one without a cable. Its address is often the same on other machines.</summary>
    public bool IsHostOnly { get; init; }

    /// <summary>Whether the system made it for services of its own. Its link-local addresses lead to nobody who has a node, and
    /// are used where it is named.</summary>
    public bool IsSystemLink { get; init; }

    /// <summary>Its unicast addresses, in the system's order.</summary>
    public IReadOnlyList<LocalAddress> Addresses { get; init; } = [];

    /// <summary>What is worth telling others: host-only interfaces are left out where there is a better one.</summary>
    public static IEnumerable<T> Worthwhile<T>(IReadOnlyCollection<T> candidates, Func<T, LocalInterface> adapterOf)
    {
        bool hasBetter = candidates.Any(candidate => adapterOf(candidate) is { IsLoopback: false, IsHostOnly: false });
        return candidates.Where(candidate => !hasBetter || !adapterOf(candidate).IsHostOnly);
    }
}
