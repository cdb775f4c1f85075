namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>Something that happens to a node at a moment.</summary>
internal readonly record struct GraphEvent(
    GraphEventKind Kind, SimulatedGraphNode Node, SimulatedStream? Stream, ReadOnlyMemory<byte> Message, string? PeerId)
{
    /// <summary>The connection that is given up.</summary>
    public int Connection { get; init; }

    /// <summary>What the owner of the node does.</summary>
    public Action? Work { get; init; }
}
