using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Puts content distribution back to how it was at first.</summary>
[Cmdlet(VerbsCommon.Reset, "PeerDistribution", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class ResetPeerDistributionCommand : NodeCmdlet
{
    /// <summary>Only the counters.</summary>
    [Parameter]
    public SwitchParameter StatisticsOnly { get; set; }

    /// <summary>Keeps cached content.</summary>
    [Parameter]
    public SwitchParameter KeepCache { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => NodeHost.Name;

    private protected override void Process()
    {
        string what = Describe();
        if (ShouldProcess(NodeHost.Name, what)
            && IsAccepted(Force, $"{what} of the node '{NodeHost.Name}'?", "Reset content distribution"))
        {
            Await(
                token => Peer.Distribution.ResetAsync(StatisticsOnly, KeepCache, token),
                new PumpProgress("Resetting content distribution", NodeHost.Name, limit: null));
        }
    }

    private string Describe() => StatisticsOnly
        ? "Reset the counters"
        : KeepCache
            ? "Reset all settings and the server secret"
            : "Reset all settings and the server secret, and remove all cached content,";
}
