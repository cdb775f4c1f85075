using System.Management.Automation;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Maps;

namespace PeerNet.PowerShell.Commands;

/// <summary>Draws what a node knows of a graph or a group: nodes, members, neighbours, contacts and utilities.</summary>
[Cmdlet(
    VerbsData.Export, "PeerGraphMap", DefaultParameterSetName = GraphSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Export-PeerGraphMap" + HelpPages.Extension)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPeerGraphMapCommand : GraphCmdlet
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

    private protected override object? Input => Group ?? Graph;

    private protected override void Process()
    {
        GraphTarget target = GetTarget(Graph, Group);
        string path = OutputFile.Resolve(this, Path);
        if (!ShouldProcess(path, $"Draw the {target.Name}"))
        {
            return;
        }

        OutputFile.Write(path, Encoding.UTF8.GetBytes(Draw(target, path)), Force);
        if (PassThru)
        {
            WriteFile(path);
        }
    }

    private string Draw(GraphTarget target, string path)
    {
        GraphMap map = Await(async token => GraphMap.Create(
            await GetGraphAsync(target, token).ConfigureAwait(false),
            await target.Graphs.GetNodesAsync(target.Id, token).ConfigureAwait(false),
            await target.Graphs.GetConnectionsAsync(target.Id, token).ConfigureAwait(false),
            target.Group is { } group ? GroupOnMap.Create(group, await GetMembersAsync(group, token).ConfigureAwait(false)) : null));
        return System.IO.Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".HTML" => HtmlMap.Draw(map),
            ".DOT" => TextMap.WriteDot(map),
            ".MMD" => TextMap.WriteMermaid(map),
            _ => SvgMap.Draw(map),
        };
    }

    private Task<IReadOnlyList<PeerGroupMember>> GetMembersAsync(PeerGroup group, CancellationToken cancellationToken) =>
        Peer.Groups.GetMembersAsync(group.PeerName, cancellationToken);

    private static async Task<PeerGraph> GetGraphAsync(GraphTarget target, CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerGraph> open = await target.Graphs.ListAsync(includeClosed: false, cancellationToken).ConfigureAwait(false);
        return open.FirstOrDefault(graph => graph.Id == target.Id)
            ?? throw PeerErrors.InvalidGraph.Exception($"The {target.Name} is not open.", target.Id);
    }
}
