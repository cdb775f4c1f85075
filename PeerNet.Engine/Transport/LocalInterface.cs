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

    /// <summary>Its unicast addresses, in the system's order.</summary>
    public IReadOnlyList<LocalAddress> Addresses { get; init; } = [];
}
