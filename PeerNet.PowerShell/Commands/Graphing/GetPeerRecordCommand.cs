using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows or searches the records of a graph.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerRecord", DefaultParameterSetName = ListSet,
    HelpUri = HelpPages.Root + "Get-PeerRecord" + HelpPages.Extension)]
[OutputType(typeof(PeerRecord))]
public sealed class GetPeerRecordCommand : GraphCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";
    private const string FilterSet = "Filter";
    private const string QuerySet = "Query";
    private const string DeferredSet = "Deferred";

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ListSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FilterSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = QuerySet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = DeferredSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Graph { get; set; } = [];

    /// <summary>Only records of these types.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] Type { get; set; } = [];

    /// <summary>Only records that this peer has made.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [PeerIdTransformation]
    [ArgumentCompleter(typeof(GraphPeerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? CreatorId { get; set; }

    /// <summary>The records with these ids.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [RecordIdTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] RecordId { get; set; } = [];

    /// <summary>Comparisons of attributes and fields, such as <c>color -eq 'red' -and size -gt 5</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FilterSet)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string? Filter { get; set; }

    /// <summary>A search query: the documented peersearch XML.</summary>
    [Parameter(Mandatory = true, ParameterSetName = QuerySet)]
    [QueryTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string? Query { get; set; }

    /// <summary>The records that wait for their validation.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DeferredSet)]
    public SwitchParameter Deferred { get; set; }

    /// <summary>Adds the tombstones of removed records.</summary>
    [Parameter]
    public SwitchParameter IncludeDeleted { get; set; }

    private protected override object? Input => ParameterSetName == IdSet ? RecordId : Graph;

    private protected override void Process()
    {
        foreach (string graph in Graph)
        {
            Report(() => Show(graph));
        }
    }

    private void Show(string graph)
    {
        if (ParameterSetName == IdSet)
        {
            foreach (Guid id in RecordId)
            {
                Report(() => WriteWithNode(Find(graph, id)));
            }

            return;
        }

        var query = new PeerRecordQuery
        {
            Types = Type,
            CreatorId = CreatorId,
            Filter = Filter,
            Query = Query,
            Deferred = Deferred,
            IncludeDeleted = IncludeDeleted,
        };
        Pump(
            async (pump, token) =>
            {
                await foreach (PeerRecord record in Graphs.GetRecordsAsync(graph, query, token).ConfigureAwait(false))
                {
                    pump.Post(() => WriteWithNode(record));
                }
            },
            new PumpProgress("Reading records", graph, limit: null));
    }

    private PeerRecord Find(string graph, Guid id)
    {
        PeerRecord? record = Await(token => Graphs.FindRecordAsync(graph, id, token));
        return record is not null && (IncludeDeleted || !record.IsDeleted)
            ? record
            : throw PeerErrors.RecordNotFound.Exception($"The graph '{graph}' has no record {id}.", id);
    }
}
