namespace PeerNet.Engine.Tests.Simulation.Collaboration;

/// <summary>One end of a simulated connection.</summary>
/// <param name="person">Whose.</param>
/// <param name="id">The number that the person's machine knows it by.</param>
/// <param name="delay">How long what it sends is on its way.</param>
internal sealed class StreamEnd(SimulatedPerson person, int id, TimeSpan delay)
{
    public SimulatedPerson Person => person;

    public int Id => id;

    public TimeSpan Delay => delay;

    /// <summary>In which of the person's lives it was made.</summary>
    public int Life { get; } = person.Life;

    public StreamEnd? Other { get; set; }

    /// <summary>When what was sent last arrives at the earliest.</summary>
    public TimeSpan Arrival { get; set; }

    /// <summary>What was sent and has not arrived.</summary>
    public Queue<Action> OnWay { get; } = [];
}
