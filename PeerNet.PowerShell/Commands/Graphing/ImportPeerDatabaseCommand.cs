using System.Management.Automation;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Puts an exported database in the place of that of a graph or a group.</summary>
[Cmdlet(
    VerbsData.Import, "PeerDatabase", DefaultParameterSetName = GraphSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Import-PeerDatabase" + HelpPages.Extension)]
[OutputType(typeof(PeerDatabaseImportResult))]
public sealed class ImportPeerDatabaseCommand : GraphCmdlet
{
    private const string GraphSet = "Graph";
    private const string GroupSet = "Group";

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = GraphSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateLength(1, PeerGraph.MaximumId)]
    public string? Graph { get; set; }

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>The peer id of this node in the graph; the one in the file where none is given.</summary>
    [Parameter]
    [PeerIdTransformation]
    [ValidateLength(1, PeerGraph.MaximumId)]
    [NoCompletion]
    public string? PeerId { get; set; }

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Group ?? Graph;

    private protected override void Process()
    {
        GraphTarget target = GetStoredTarget(Graph, Group);
        foreach (string path in InputFiles.Expand(this, Path))
        {
            if (ShouldProcess(target.Name, $"Replace the database by that of '{path}'")
                && IsAccepted(Force, $"Replace the database of the {target.Name} by that of '{path}'?", "Import database"))
            {
                Report(() => WriteWithNode(Await(
                    token => target.Graphs.ImportAsync(target.Id, PeerId, path, token),
                    new PumpProgress("Importing", target.Name, limit: null))));
            }
        }
    }
}
