using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Puts content distribution back to how it was at first.</summary>
[Cmdlet(
    VerbsCommon.Reset, "PeerDistribution", DefaultParameterSetName = AllSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Reset-PeerDistribution" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class ResetPeerDistributionCommand : NodeCmdlet
{
    private const string AllSet = "All";
    private const string StatisticsSet = "Statistics";

    /// <summary>Only the counters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StatisticsSet)]
    public SwitchParameter StatisticsOnly { get; set; }

    /// <summary>Keeps cached content.</summary>
    [Parameter(ParameterSetName = AllSet)]
    public SwitchParameter KeepCache { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter(ParameterSetName = AllSet)]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Node ?? NodeName;

    private protected override void Process()
    {
        if (ShouldProcess(NodeName, Describe())
            && (StatisticsOnly || IsAccepted(Force, $"{Describe()}, of the node '{NodeName}'?", "Reset content distribution")))
        {
            Await(
                token => Peer.Distribution.ResetAsync(StatisticsOnly, KeepCache, token),
                new PumpProgress("Resetting content distribution", NodeName, limit: null));
        }
    }

    private string Describe() => StatisticsOnly
        ? "Reset the counters"
        : KeepCache
            ? "Reset all settings and the server secret"
            : "Reset all settings and the server secret, and remove all cached content";
}
