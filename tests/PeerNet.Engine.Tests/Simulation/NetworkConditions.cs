namespace PeerNet.Engine.Tests.Simulation;

/// <summary>What the simulated network does to a datagram. Delays that vary reorder datagrams by themselves.</summary>
internal sealed record NetworkConditions
{
    public double Loss { get; init; } = 0.01;

    public double Duplication { get; init; }

    public TimeSpan MinimumDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromMilliseconds(80);

    public static NetworkConditions Perfect { get; } = new() { Loss = 0 };
}
