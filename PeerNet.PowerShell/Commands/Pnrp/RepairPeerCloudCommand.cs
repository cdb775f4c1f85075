using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Repairs a cloud: looks for a split, synchronizes with other nodes, or empties the route cache.</summary>
[Cmdlet(
    VerbsDiagnostic.Repair, "PeerCloud", DefaultParameterSetName = SplitSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Repair-PeerCloud" + HelpPages.Extension)]
[OutputType(typeof(PeerCloudRepairResult))]
public sealed class RepairPeerCloudCommand : NodeCmdlet
{
    private const string SplitSet = "Split";
    private const string SynchronizeSet = "Synchronize";
    private const string FlushSet = "Flush";

    /// <summary>The clouds.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Cloud { get; set; } = [];

    /// <summary>Looks for a split, and merges where there is one. The default.</summary>
    [Parameter(ParameterSetName = SplitSet)]
    public SwitchParameter SplitDetection { get; set; }

    /// <summary>Exchanges route entries with other nodes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SynchronizeSet)]
    public SwitchParameter Synchronize { get; set; }

    /// <summary>The node to synchronize with.</summary>
    [Parameter(ParameterSetName = SynchronizeSet)]
    [EndpointTransformation]
    [ValidateNotNull]
    [NoCompletion]
    public EndPoint? HostEndpoint { get; set; }

    /// <summary>Seeds to synchronize with, instead of those configured.</summary>
    [Parameter(ParameterSetName = SynchronizeSet)]
    [ValidateNotNullOrEmpty]
    [ValidateSeed]
    [NoCompletion]
    public string[] Seed { get; set; } = [];

    /// <summary>Empties the route cache; neighbours of registered names stay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FlushSet)]
    public SwitchParameter FlushCache { get; set; }

    /// <summary>How long the others have to answer.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    private protected override object? Input => Cloud;

    private PeerCloudRepairAction RepairAction => ParameterSetName switch
    {
        SynchronizeSet => PeerCloudRepairAction.Synchronize,
        FlushSet => PeerCloudRepairAction.FlushCache,
        _ => PeerCloudRepairAction.SplitDetection,
    };

    // The engine looks seeds up, and asks all their addresses.
    private IReadOnlyList<string> Seeds => HostEndpoint is DnsEndPoint named ? [.. Seed, HostNames.Describe(named)] : Seed;

    private protected override void Process()
    {
        foreach (string cloud in Cloud)
        {
            if (ShouldProcess(cloud, RepairAction.ToString()))
            {
                Report(() => Repair(cloud));
            }
        }
    }

    private void Repair(string cloud)
    {
        var timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        var repair = new PeerCloudRepair(cloud, RepairAction, HostEndpoint as IPEndPoint, Seeds, timeout);
        WriteWithNode(Await(
            token => Peer.Pnrp.RepairCloudAsync(repair, token),
            new PumpProgress("Repairing", cloud, timeout)));
    }
}
