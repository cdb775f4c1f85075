using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Tests.Simulation;

/// <summary>An application's resolve, repeated where hops were lost, until its time is over.</summary>
internal sealed class SimulatedResolve(SimulatedNode asking, ResolveTarget target, TimeSpan deadline)
{
    public SimulatedNode Asking { get; } = asking;

    /// <summary>The node whose name is asked for, where there is one.</summary>
    public SimulatedNode? Asked { get; init; }

    /// <summary>Whether both ends were there until it was over.</summary>
    public bool IsFair => Found.Count > 0 || (IsOver && !WasAskedDead);

    /// <summary>Whether the node whose name is asked for was gone at the end.</summary>
    public bool WasAskedDead { get; set; }

    public ResolveTarget Target { get; } = target;

    public TimeSpan Deadline { get; } = deadline;

    public List<CertifiedName> Found { get; } = [];

    public bool IsOver { get; set; }

    public int Attempts { get; set; }

    public int LookupsBefore { get; set; }

    /// <summary>LOOKUPs that the whole resolve has cost.</summary>
    public int Lookups { get; set; }
}
