using System.Management.Automation;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Puts an exported database in the place of a graph's own.</summary>
[Cmdlet(
    VerbsData.Import, "PeerDatabase", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Import-PeerDatabase" + HelpPages.Extension)]
[OutputType(typeof(PeerDatabaseImportResult))]
public sealed class ImportPeerDatabaseCommand : GraphCmdlet
{
    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateLength(1, PeerGraph.MaximumId)]
    public string Graph { get; set; } = "";

    /// <summary>The peer id of this node in the graph; the one in the file where none is given.</summary>
    [Parameter]
    [PeerIdTransformation]
    [ValidateLength(1, PeerGraph.MaximumId)]
    [NoCompletion]
    public string? PeerId { get; set; }

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Graph;

    private protected override void Process()
    {
        foreach (string path in InputFiles.Expand(this, Path))
        {
            if (ShouldProcess(Graph, $"Replace the database by that of '{path}'")
                && IsAccepted(Force, $"Replace the database of the graph '{Graph}' by that of '{path}'?", "Import database"))
            {
                Report(() => WriteWithNode(Await(
                    token => Graphs.ImportAsync(Graph, PeerId, path, token),
                    new PumpProgress("Importing", Graph, limit: null))));
            }
        }
    }
}
