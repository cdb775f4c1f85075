using System.Globalization;
using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the connections of a node's graphs and groups.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerConnection", DefaultParameterSetName = GraphSet,
    HelpUri = HelpPages.Root + "Get-PeerConnection" + HelpPages.Extension)]
[OutputType(typeof(PeerConnection))]
public sealed class GetPeerConnectionCommand : GraphCmdlet
{
    private const string GraphSet = "Graph";
    private const string GroupSet = "Group";

    /// <summary>The graphs; all that are open, and all groups, where none is given.</summary>
    [Parameter(Position = 0, ParameterSetName = GraphSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Graph { get; set; }

    /// <summary>The groups.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Group { get; set; }

    /// <summary>Only the connection with this id.</summary>
    [Parameter]
    [NoCompletion]
    public ulong? Id { get; set; }

    /// <summary>Only connections of this type.</summary>
    [Parameter]
    public PeerConnectionKind Type { get; set; }

    private protected override object? Input => Group ?? Graph;

    private protected override void Process()
    {
        if (Graph is null && Group is null)
        {
            Report(() => Show([(Peer.Graphs, null), (Peer.Groups.Graphs, null)]));
            return;
        }

        foreach (string graph in Graph ?? [])
        {
            Report(() => Show(GetTarget(graph, group: null)));
        }

        foreach (string group in Group ?? [])
        {
            Report(() => Show(GetTarget(graph: null, group)));
        }
    }

    private void Show(GraphTarget target) => Show([(target.Graphs, target.Id)]);

    private void Show(IReadOnlyList<(IGraphAccess Graphs, string? Id)> places)
    {
        PeerConnection[] found =
        [
            .. places.SelectMany(place => Await(token => place.Graphs.GetConnectionsAsync(place.Id, token))).Where(connection =>
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
