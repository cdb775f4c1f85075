namespace PeerNet.PowerShell.Fleet;

/// <summary>A node of a fleet, with what it was asked for, the oldest first.</summary>
/// <param name="Samples">How it was each time; at least one.</param>
internal sealed record FleetMachine(IReadOnlyList<PeerFleetNode> Samples)
{
    // Clocks that are this far apart are seen in certificates and in the times of records.
    private static readonly TimeSpan TolerableOffset = TimeSpan.FromMinutes(1);

    /// <summary>How it was last.</summary>
    public PeerFleetNode Latest => Samples[^1];

    /// <summary>What needs somebody's attention.</summary>
    public IEnumerable<string> Problems =>
    [
        .. Latest.Errors,
        .. Latest.IsRunning ? Array.Empty<string>() : ["The node does not run."],
        .. Latest.ClockOffset?.Duration() > TolerableOffset ? ["The clock is wrong."] : Array.Empty<string>(),
    ];

    /// <summary>The nodes that samples are of, in the order of their machines.</summary>
    public static IReadOnlyList<FleetMachine> Group(IEnumerable<PeerFleetNode> samples) =>
    [
        .. samples.GroupBy(sample => (sample.Machine, sample.StorePath.Length > 0 ? sample.StorePath : sample.Node))
            .Select(same => new FleetMachine([.. same.OrderBy(sample => sample.Taken)]))
            .OrderBy(machine => machine.Latest.Machine, StringComparer.OrdinalIgnoreCase)
            .ThenBy(machine => machine.Latest.Node, StringComparer.OrdinalIgnoreCase),
    ];
}
