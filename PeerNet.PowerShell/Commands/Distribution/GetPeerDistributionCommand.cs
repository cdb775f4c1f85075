using System.Management.Automation;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Gets the state and the settings of content distribution.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerDistribution",
    HelpUri = HelpPages.Root + "Get-PeerDistribution" + HelpPages.Extension)]
[OutputType(typeof(PeerDistributionStatus))]
public sealed class GetPeerDistributionCommand : NodeCmdlet
{
    /// <summary>The parts wanted.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public PeerDistributionSection[] Section { get; set; } = [PeerDistributionSection.All];

    private protected override void Process()
    {
        PeerDistributionStatus status = Await(Peer.Distribution.GetStatusAsync);
        WriteWithNode(status with
        {
            Client = Has(PeerDistributionSection.Client) ? status.Client : null,
            ContentServer = Has(PeerDistributionSection.ContentServer) ? status.ContentServer : null,
            HostedCache = Has(PeerDistributionSection.HostedCache) ? status.HostedCache : null,
            Network = Has(PeerDistributionSection.Network) ? status.Network : null,
        });
    }

    private bool Has(PeerDistributionSection section) =>
        Section.Contains(section) || Section.Contains(PeerDistributionSection.All);
}
