using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Copies the database of a graph into a file.</summary>
[Cmdlet(
    VerbsData.Export, "PeerDatabase", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Export-PeerDatabase" + HelpPages.Extension)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPeerDatabaseCommand : GraphCmdlet
{
    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string Graph { get; set; } = "";

    /// <summary>The peer id whose database is meant, where there are several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
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

    private protected override object? Input => Graph;

    private protected override void Process()
    {
        string path = OutputFile.Resolve(this, Path);
        if (!ShouldProcess(path, $"Export the database of the graph '{Graph}'"))
        {
            return;
        }

        Await(
            token => Graphs.ExportAsync(Graph, PeerId, path, Force, token),
            new PumpProgress("Exporting", Graph, limit: null));
        if (PassThru)
        {
            WriteFile(path);
        }
    }
}
