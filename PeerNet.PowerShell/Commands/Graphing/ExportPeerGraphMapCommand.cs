using System.Management.Automation;
using System.Text;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Maps;

namespace PeerNet.PowerShell.Commands;

/// <summary>Draws what a node knows of a graph: nodes, neighbours, contacts and utilities.</summary>
[Cmdlet(
    VerbsData.Export, "PeerGraphMap", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Export-PeerGraphMap" + HelpPages.Extension)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPeerGraphMapCommand : GraphCmdlet
{
    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string Graph { get; set; } = "";

    /// <summary>The file: .svg, .html, .dot or .mmd.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("LiteralPath", "PSPath")]
    [ValidateForm(@"\.(svg|html|dot|mmd)\z", "the path of a map, which ends in .svg, .html, .dot or .mmd")]
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
        if (!ShouldProcess(path, $"Draw the graph '{Graph}'"))
        {
            return;
        }

        OutputFile.Write(path, Encoding.UTF8.GetBytes(Draw(path)), Force);
        if (PassThru)
        {
            WriteFile(path);
        }
    }

    private string Draw(string path)
    {
        GraphMap map = Await(async token => GraphMap.Create(
            await GetGraphAsync(token).ConfigureAwait(false),
            await Graphs.GetNodesAsync(Graph, token).ConfigureAwait(false),
            await Graphs.GetConnectionsAsync(Graph, token).ConfigureAwait(false)));
        return System.IO.Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".HTML" => HtmlMap.Draw(map),
            ".DOT" => TextMap.WriteDot(map),
            ".MMD" => TextMap.WriteMermaid(map),
            _ => SvgMap.Draw(map),
        };
    }

    private async Task<PeerGraph> GetGraphAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerGraph> open = await Graphs.ListAsync(includeClosed: false, cancellationToken).ConfigureAwait(false);
        return open.FirstOrDefault(graph => graph.Id == Graph) ?? await Graphs.ChangeAsync(Graph, new(), cancellationToken).ConfigureAwait(false);
    }
}
