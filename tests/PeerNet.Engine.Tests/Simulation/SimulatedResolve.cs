using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>An application's resolve, repeated where hops were lost, until its time is over.</summary>
internal sealed class SimulatedResolve(ResolveTarget target, TimeSpan deadline)
{
    public ResolveTarget Target { get; } = target;

    public TimeSpan Deadline { get; } = deadline;

    public List<CertifiedName> Found { get; } = [];

    public bool IsOver { get; set; }

    public int Attempts { get; set; }

    public int LookupsBefore { get; set; }

    /// <summary>LOOKUPs that the whole resolve has cost.</summary>
    public int Lookups { get; set; }
}
