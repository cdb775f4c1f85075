namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>What can happen.</summary>
internal enum GraphEventKind : byte
{
    /// <summary>The machine's timer.</summary>
    Wake,

    /// <summary>A connection attempt reaches its target.</summary>
    Arrival,

    /// <summary>The other side of a connection is authenticated.</summary>
    Authenticated,

    /// <summary>A message arrives.</summary>
    Message,

    /// <summary>The end of a stream arrives.</summary>
    End,

    /// <summary>A connection attempt was not answered in time.</summary>
    GiveUp,

    /// <summary>A synchronized node begins to listen.</summary>
    Listen,

    /// <summary>The owner of a node does something.</summary>
    Work,
}
