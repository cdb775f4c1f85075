using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the nodes of a graph or a group that are known here.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerGraphNode", DefaultParameterSetName = GraphSet,
    HelpUri = HelpPages.Root + "Get-PeerGraphNode" + HelpPages.Extension)]
[OutputType(typeof(PeerGraphNode))]
public sealed class GetPeerGraphNodeCommand : GraphCmdlet
{
    private const string GraphSet = "Graph";
    private const string GroupSet = "Group";

    /// <summary>The graphs.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = GraphSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Graph { get; set; } = [];

    /// <summary>The groups.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Only the node with this id.</summary>
    [Parameter]
    [NoCompletion]
    public ulong? NodeId { get; set; }

    /// <summary>Only nodes of this peer.</summary>
    [Parameter]
    [PeerIdTransformation]
    [ArgumentCompleter(typeof(GraphPeerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? PeerId { get; set; }

    /// <summary>Only this node itself.</summary>
    [Parameter]
    public SwitchParameter Local { get; set; }

    private protected override object? Input => ParameterSetName == GroupSet ? Group : Graph;

    private protected override void Process()
    {
        foreach (string graph in Graph)
        {
            Report(() => Show(GetTarget(graph, group: null)));
        }

        foreach (string group in Group)
        {
            Report(() => Show(GetTarget(graph: null, group)));
        }
    }

    private void Show(GraphTarget target)
    {
        PeerGraphNode[] found =
        [
            .. Await(token => target.Graphs.GetNodesAsync(target.Id, token)).Where(node => (NodeId is null || node.NodeId == NodeId)
                && (PeerId is null || node.PeerId == PeerId)
                && (!Local || node.IsLocal)),
        ];
        if (found.Length == 0 && (NodeId is not null || PeerId is not null))
        {
            string wanted = NodeId?.ToString(CultureInfo.InvariantCulture) ?? PeerId!;
            throw PeerErrors.NodeNotFound.Exception($"The {target.Name} has no node {wanted} that is known here.", wanted);
        }

        foreach (PeerGraphNode node in found.OrderBy(node => node.NodeId))
        {
            WriteWithNode(node);
        }
    }
}
