using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the graphs of a node.</summary>
[Cmdlet(VerbsCommon.Get, "PeerGraph")]
[OutputType(typeof(PeerGraph))]
public sealed class GetPeerGraphCommand : GraphCmdlet
{
    /// <summary>Ids of graphs.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
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

    private PeerGraph[] Find(IReadOnlyList<PeerGraph> graphs, string id)
    {
        PeerGraph[] found = [.. graphs.Where(graph => graph.Id == id)];
        return found.Length > 0 ? found : throw PeerErrors.InvalidGraph.Exception(
            IncludeClosed
                ? $"The node '{NodeHost.Name}' knows no graph '{id}'."
                : $"The node '{NodeHost.Name}' has no graph '{id}' open; -IncludeClosed shows closed ones too.",
            id);
    }

    private void Write(IReadOnlyList<PeerGraph> graphs)
    {
        foreach (PeerGraph graph in graphs)
        {
            WriteWithNode(graph);
        }
    }
}
