using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Deletes the database of a graph on this node. The graph itself goes on with the other nodes.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerGraph", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Root + "Remove-PeerGraph" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerGraphCommand : GraphCmdlet
{
    /// <summary>The graphs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Graph { get; set; } = [];

    /// <summary>The peer id whose database is meant, where there are several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PeerIdTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string? PeerId { get; set; }

    /// <summary>Closes the graph first where it is open.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Graph;

    private protected override void Process()
    {
        foreach (string graph in Graph)
        {
            if (ShouldProcess(graph, "Delete the database on this node (other nodes keep theirs)"))
            {
                Report(() => Remove(graph));
            }
        }
    }

    private void Remove(string graph)
    {
        var progress = new PumpProgress("Removing", graph, limit: null);
        if (Force && Await(token => Graphs.ListAsync(includeClosed: false, token)).Any(open => open.Id == graph && (PeerId is null || open.PeerId == PeerId)))
        {
            Await(token => Graphs.CloseAsync(graph, persist: false, token), progress);
            return;
        }

        Await(token => Graphs.RemoveAsync(graph, PeerId, token), progress);
    }
}
