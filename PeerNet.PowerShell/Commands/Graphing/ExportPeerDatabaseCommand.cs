using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Copies the database of a graph or a group into a file.</summary>
[Cmdlet(
    VerbsData.Export, "PeerDatabase", DefaultParameterSetName = GraphSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Export-PeerDatabase" + HelpPages.Extension)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPeerDatabaseCommand : GraphCmdlet
{
    private const string GraphSet = "Graph";
    private const string GroupSet = "Group";

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = GraphSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>The peer id whose database is meant, where there are several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Identity")]
    [PeerIdTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string? PeerId { get; set; }

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("LiteralPath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Overwrites a file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Group ?? Graph;

    private protected override void Process()
    {
        GraphTarget target = GetStoredTarget(Graph, Group);
        string path = OutputFile.Resolve(this, Path);
        if (!ShouldProcess(path, $"Export the database of the {target.Name}"))
        {
            return;
        }

        Await(
            token => target.Graphs.ExportAsync(target.Id, PeerId, path, Force, token),
            new PumpProgress("Exporting", target.Name, limit: null));
        if (PassThru)
        {
            WriteFile(path);
        }
    }
}
