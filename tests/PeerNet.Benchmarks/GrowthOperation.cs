using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks;

/// <summary>Something that a node does many times.</summary>
/// <param name="Name">What there are then so many of.</param>
/// <param name="Count">How many are few.</param>
/// <param name="Work">Does it so many times.</param>
internal sealed record GrowthOperation(string Name, int Count, Func<PeerNode, int, Task> Work)
{
    /// <summary>What has to be there before, and is not measured.</summary>
    public Func<PeerNode, int, Task> Prepare { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether the node is started again with what was made, which is measured too.</summary>
    public bool IsKept { get; init; }
}
