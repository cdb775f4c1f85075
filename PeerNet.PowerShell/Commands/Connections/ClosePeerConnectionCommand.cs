using System.Management.Automation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Closes a direct connection.</summary>
[Cmdlet(
    VerbsCommon.Close, "PeerConnection", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Close-PeerConnection" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class ClosePeerConnectionCommand : GraphCmdlet
{
    /// <summary>The connections: ids, or what Get-PeerConnection wrote.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ConnectionId", "Id")]
    [ConnectionTransformation]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    [ValidateNotNullOrEmpty]
    public ConnectionTarget[] Connection { get; set; } = [];

    /// <summary>The graph, where ids are given and several graphs are open.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>The group, where ids are given and several are open.</summary>
    [Parameter]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    private protected override object? Input => Connection;

    private protected override void CheckParameters() => CheckTarget(Graph, Group);

    private protected override void Process()
    {
        foreach (ConnectionTarget connection in Connection)
        {
            Report(() => Close(connection));
        }
    }

    private void Close(ConnectionTarget target)
    {
        (GraphTarget graph, ulong id) = Find(target, Graph, Group);
        if (ShouldProcess($"{id} in {graph.Name}", "Close connection"))
        {
            Await(token => graph.Graphs.CloseConnectionAsync(graph.Id, id, token));
        }
    }
}
