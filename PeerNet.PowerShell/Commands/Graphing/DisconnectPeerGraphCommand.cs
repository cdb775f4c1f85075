using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Leaves a graph.</summary>
[Cmdlet(
    VerbsCommunications.Disconnect, "PeerGraph", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Disconnect-PeerGraph" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class DisconnectPeerGraphCommand : GraphCmdlet
{
    /// <summary>The graphs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Graph { get; set; } = [];

    /// <summary>Deletes the database too.</summary>
    [Parameter]
    public SwitchParameter NoPersist { get; set; }

    private protected override object? Input => Graph;

    private protected override void Process()
    {
        foreach (string graph in Graph)
        {
            if (ShouldProcess(graph, NoPersist ? "Leave the graph and delete its database" : "Leave the graph"))
            {
                Report(() => Await(
                    token => Graphs.CloseAsync(graph, persist: !NoPersist, token),
                    new PumpProgress("Leaving", graph, limit: null)));
            }
        }
    }
}
