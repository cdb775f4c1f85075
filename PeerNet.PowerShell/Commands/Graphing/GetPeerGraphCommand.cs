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

    private PeerGraph[] Find(IReadOnlyList<PeerGraph> graphs, string id)
    {
        PeerGraph[] exact = [.. graphs.Where(graph => graph.Id == id)];
        if (exact.Length > 0)
        {
            return exact;
        }

        if (WildcardPattern.ContainsWildcardCharacters(id))
        {
            WildcardPattern pattern = WildcardPattern.Get(id, WildcardOptions.IgnoreCase);
            return [.. graphs.Where(graph => pattern.IsMatch(graph.Id) || pattern.IsMatch(graph.Properties?.FriendlyName ?? ""))];
        }

        throw PeerErrors.InvalidGraph.Exception(
            IncludeClosed
                ? $"The node '{NodeHost.Name}' knows no graph '{PeerText.Escape(id)}'."
                : $"The node '{NodeHost.Name}' has no graph '{PeerText.Escape(id)}' open; -IncludeClosed shows closed ones too.",
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
