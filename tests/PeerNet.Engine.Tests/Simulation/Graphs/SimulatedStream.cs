namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>A connection between two simulated nodes: in order and without loss, until it breaks.</summary>
internal sealed class SimulatedStream(
    SimulatedGraphNode initiator, int initiatorId, SimulatedGraphNode responder, TimeSpan latency)
{
    // When the last message towards each side arrives: what follows is not faster.
    private TimeSpan _initiatorBusyUntil;
    private TimeSpan _responderBusyUntil;

    public SimulatedGraphNode Initiator => initiator;

    public int InitiatorId => initiatorId;

    public SimulatedGraphNode Responder => responder;

    public int ResponderId { get; set; }

    public TimeSpan Latency => latency;

    /// <summary>Neither side gets anything any more.</summary>
    public bool IsBroken { get; set; }

    /// <summary>What waits for a partition to heal.</summary>
    public List<Action> Held { get; } = [];

    public SimulatedGraphNode Other(SimulatedGraphNode node) => node == initiator ? responder : initiator;

    public int IdAt(SimulatedGraphNode node) => node == initiator ? initiatorId : ResponderId;

    /// <summary>When what is sent now arrives at a side.</summary>
    public TimeSpan GetArrival(SimulatedGraphNode to, TimeSpan now)
    {
        ref TimeSpan busyUntil = ref (to == initiator ? ref _initiatorBusyUntil : ref _responderBusyUntil);
        busyUntil = now + latency > busyUntil ? now + latency : busyUntil;
        return busyUntil;
    }
}
