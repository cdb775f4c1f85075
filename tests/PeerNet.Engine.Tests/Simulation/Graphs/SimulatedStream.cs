namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>A connection between two simulated nodes: in order and without loss, until it breaks.</summary>
internal sealed class SimulatedStream(
    SimulatedGraphNode initiator, int initiatorId, SimulatedGraphNode responder, TimeSpan latency)
{
    public SimulatedGraphNode Initiator => initiator;

    public int InitiatorId => initiatorId;

    public SimulatedGraphNode Responder => responder;

    public int ResponderId { get; set; }

    public TimeSpan Latency => latency;

    /// <summary>Neither side gets anything any more.</summary>
    public bool IsBroken { get; set; }

    /// <summary>When the last message towards each side arrives: what follows is not faster.</summary>
    public TimeSpan InitiatorBusyUntil { get; set; }

    public TimeSpan ResponderBusyUntil { get; set; }

    /// <summary>What waits for a partition to heal.</summary>
    public List<GraphEvent> Held { get; } = [];

    public SimulatedGraphNode Other(SimulatedGraphNode node) => node == initiator ? responder : initiator;

    public int IdAt(SimulatedGraphNode node) => node == initiator ? initiatorId : ResponderId;
}
