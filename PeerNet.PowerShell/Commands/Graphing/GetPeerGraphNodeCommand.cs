using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the nodes of a graph that are known here.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerGraphNode",
    HelpUri = HelpPages.Root + "Get-PeerGraphNode" + HelpPages.Extension)]
[OutputType(typeof(PeerGraphNode))]
public sealed class GetPeerGraphNodeCommand : GraphCmdlet
{
    /// <summary>The graphs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Graph { get; set; } = [];

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

    private protected override object? Input => Graph;

    private protected override void Process()
    {
        foreach (string graph in Graph)
        {
            Report(() => Show(graph));
        }
    }

    private void Show(string graph)
    {
        PeerGraphNode[] found =
        [
            .. Await(token => Graphs.GetNodesAsync(graph, token)).Where(node => (NodeId is null || node.NodeId == NodeId)
                && (PeerId is null || node.PeerId == PeerId)
                && (!Local || node.IsLocal)),
        ];
        if (found.Length == 0 && (NodeId is not null || PeerId is not null))
        {
            string wanted = NodeId?.ToString(CultureInfo.InvariantCulture) ?? PeerId!;
            throw PeerErrors.NodeNotFound.Exception($"The graph '{graph}' has no node {wanted} that is known here.", wanted);
        }

        foreach (PeerGraphNode node in found.OrderBy(node => node.NodeId))
        {
            WriteWithNode(node);
        }
    }
}
