using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows or searches the records of a graph or a group.</summary>
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
    private const string GroupListSet = "GroupList";
    private const string GroupIdSet = "GroupId";
    private const string GroupFilterSet = "GroupFilter";
    private const string GroupQuerySet = "GroupQuery";
    private const string GroupDeferredSet = "GroupDeferred";

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

    /// <summary>The group.</summary>
    // As an object it comes by its property, where text from the pipeline is the id of a graph.
    [Parameter(Mandatory = true, ParameterSetName = GroupListSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupFilterSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupQuerySet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupDeferredSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupIdSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Only records of these types.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = GroupListSet)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] Type { get; set; } = [];

    /// <summary>Only records that this peer has made.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = GroupListSet)]
    [PeerIdTransformation]
    [ArgumentCompleter(typeof(GraphPeerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? CreatorId { get; set; }

    /// <summary>The records with these ids.</summary>
    // An object with the properties of a record is that record, and not all of its graph.
    [Parameter(ParameterSetName = ListSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = IdSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupIdSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [RecordIdTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] RecordId { get; set; } = [];

    /// <summary>Comparisons of attributes and fields, such as <c>color -eq 'red' -and size -gt 5</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FilterSet)]
    [Parameter(Mandatory = true, ParameterSetName = GroupFilterSet)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string? Filter { get; set; }

    /// <summary>A search query: the documented peersearch XML.</summary>
    [Parameter(Mandatory = true, ParameterSetName = QuerySet)]
    [Parameter(Mandatory = true, ParameterSetName = GroupQuerySet)]
    [QueryTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string? Query { get; set; }

    /// <summary>The records that wait for their validation.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DeferredSet)]
    [Parameter(Mandatory = true, ParameterSetName = GroupDeferredSet)]
    public SwitchParameter Deferred { get; set; }

    /// <summary>Adds the tombstones of removed records.</summary>
    [Parameter]
    public SwitchParameter IncludeDeleted { get; set; }

    private bool IsById => RecordId.Length > 0;

    private protected override object? Input => IsById ? RecordId : Group.Length > 0 ? Group : Graph;

    private protected override void Process()
    {
        foreach (string graph in Graph)
        {
            Report(() => Show(GetTarget(graph, group: null)));
        }

        foreach (string group in Group)
        {
            Report(() => Show(GetTarget(graph: null, group)));
        }
    }

    private void Show(GraphTarget target)
    {
        if (IsById)
        {
            foreach (Guid id in RecordId)
            {
                Report(() => WriteWithNode(Find(target, id)));
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
                await foreach (PeerRecord record in target.Graphs.GetRecordsAsync(target.Id, query, token).ConfigureAwait(false))
                {
                    pump.Post(() => WriteWithNode(record));
                }
            },
            new PumpProgress("Reading records", target.Name, limit: null));
    }

    private PeerRecord Find(GraphTarget target, Guid id)
    {
        PeerRecord? record = Await(token => target.Graphs.FindRecordAsync(target.Id, id, token));
        return record is not null && (IncludeDeleted || !record.IsDeleted)
            ? record
            : throw PeerErrors.RecordNotFound.Exception($"The {target.Name} has no record {id}.", id);
    }
}
