using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the connections of a node's graphs.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerConnection",
    HelpUri = HelpPages.Root + "Get-PeerConnection" + HelpPages.Extension)]
[OutputType(typeof(PeerConnection))]
public sealed class GetPeerConnectionCommand : GraphCmdlet
{
    /// <summary>The graphs; all that are open where none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Graph { get; set; }

    /// <summary>Only the connection with this id.</summary>
    [Parameter]
    [NoCompletion]
    public ulong? Id { get; set; }

    /// <summary>Only connections of this type.</summary>
    [Parameter]
    public PeerConnectionKind Type { get; set; }

    private protected override object? Input => Graph;

    private protected override void Process()
    {
        if (Graph is null)
        {
            Report(() => Show(graph: null));
            return;
        }

        foreach (string graph in Graph)
        {
            Report(() => Show(graph));
        }
    }

    private void Show(string? graph)
    {
        PeerConnection[] found =
        [
            .. Await(token => Graphs.GetConnectionsAsync(graph, token)).Where(connection =>
                (Id is null || connection.Id == Id) && (Type == PeerConnectionKind.All || (int)Type == (int)connection.Type)),
        ];
        if (found.Length == 0 && Id is { } id)
        {
            throw PeerErrors.ConnectionNotFound.Exception(
                string.Create(CultureInfo.InvariantCulture, $"There is no connection {id}."), id);
        }

        foreach (PeerConnection connection in found)
        {
            WriteWithNode(connection);
        }
    }
}
