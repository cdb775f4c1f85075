using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the graphs of a node.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerGraph",
    HelpUri = HelpPages.Root + "Get-PeerGraph" + HelpPages.Extension)]
[OutputType(typeof(PeerGraph))]
public sealed class GetPeerGraphCommand : GraphCmdlet
{
    /// <summary>Ids of graphs; wildcards are matched with ids and friendly names.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [SupportsWildcards]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? GraphId { get; set; }

    /// <summary>Adds those that are closed.</summary>
    [Parameter]
    public SwitchParameter IncludeClosed { get; set; }

    private protected override object? Input => GraphId;

    private protected override void Process()
    {
        IReadOnlyList<PeerGraph> graphs = Await(token => Graphs.ListAsync(IncludeClosed, token));
        if (GraphId is null)
        {
            Write(graphs);
            return;
        }

        foreach (string id in GraphId)
        {
            Report(() => Write(Find(graphs, id)));
        }
    }

    private PeerGraph[] Find(IReadOnlyList<PeerGraph> graphs, string id) => Naming.Find(
        graphs,
        id,
        graph => graph.Id == id,
        graph => [graph.Id, graph.Properties?.FriendlyName ?? ""],
        () => PeerErrors.InvalidGraph.Exception(
            IncludeClosed
                ? $"The node '{NodeHost.Name}' knows no graph '{PeerText.Escape(id)}'."
                : $"The node '{NodeHost.Name}' has no graph '{PeerText.Escape(id)}' open; -IncludeClosed shows closed ones too.",
            id));

    private void Write(IReadOnlyList<PeerGraph> graphs)
    {
        foreach (PeerGraph graph in graphs)
        {
            WriteWithNode(graph);
        }
    }
}
