namespace PeerNet.Engine.Graphing;

/// <summary>Which data is wanted. All conditions hold together.</summary>
public sealed record PeerDataSelection
{
    /// <summary>The graph's id; null for all.</summary>
    public string? GraphId { get; init; }

    /// <summary>The connection's id; null for all.</summary>
    public ulong? ConnectionId { get; init; }

    /// <summary>What the data is; empty for anything.</summary>
    public IReadOnlyList<Guid> DataTypes { get; init; } = [];

    /// <summary>Whether to wait for what has not come yet.</summary>
    public bool IsWaiting { get; init; }
}
