using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Commands;

/// <summary>Packs cached or staged content into one file, for a machine that cannot be reached over the network.</summary>
[Cmdlet(
    VerbsData.Export, "PeerCache", DefaultParameterSetName = StagingSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Export-PeerCache" + HelpPages.Extension)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPeerCacheCommand : NodeCmdlet
{
    private const string StagingSet = "Staging";
    private const string DataCacheSet = "DataCache";

    /// <summary>The package to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The folder that Publish-PeerContent -StageData filled.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StagingSet)]
    [ValidateNotNullOrEmpty]
    public string? StagingPath { get; set; }

    /// <summary>Packs the data cache.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DataCacheSet)]
    public SwitchParameter DataCache { get; set; }

    /// <summary>A list of what is in the package, for Publish-PeerContent -ReferenceFile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputReferenceFile { get; set; }

    /// <summary>Overwrites files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Destination;

    private protected override void Process()
    {
        string file = OutputFile.Resolve(this, Destination);
        string? staging = StagingPath is null ? null : OutputFile.Resolve(this, StagingPath);
        string? reference = OutputReferenceFile is null ? null : OutputFile.Resolve(this, OutputReferenceFile);
        string what = staging is null ? "the data cache" : $"'{staging}'";
        if (!ShouldProcess(file, $"Pack {what}; whoever has the package can read the content in it"))
        {
            return;
        }

        var progress = new TransferProgress("Packing", System.IO.Path.GetFileName(file));
        Await(token => Peer.Distribution.ExportCacheAsync(file, staging, reference, Force, progress, token), progress);
        WriteFile(file);
    }
}
