using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that changes records: those that Get-PeerRecord wrote, or those with an id in a graph or a group.</summary>
public abstract class RecordTargetCmdlet : GraphCmdlet
{
    private protected const string RecordSet = "Record";
    private protected const string IdSet = "Id";
    private protected const string GroupSet = "Group";

    /// <summary>The records, as Get-PeerRecord wrote them.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RecordSet, ValueFromPipeline = true)]
    [CopyTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PeerRecord[] Record { get; set; } = [];

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>The ids of the records.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = GroupSet, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [RecordIdTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] RecordId { get; set; } = [];

    private protected override object? Input => ParameterSetName == RecordSet ? Record : RecordId;

    /// <summary>Does the work for one record.</summary>
    /// <param name="target">The graph or group.</param>
    /// <param name="id">The record's id.</param>
    /// <param name="version">The version that the caller has seen; null where none is named.</param>
    private protected abstract void Process(GraphTarget target, Guid id, long? version);

    private protected sealed override void Process()
    {
        if (ParameterSetName == RecordSet)
        {
            foreach (PeerRecord record in Record)
            {
                Report(() => Process(record));
            }

            return;
        }

        foreach (Guid id in RecordId)
        {
            Report(() => Process(GetTarget(Graph, Group), id, version: null));
        }
    }

    private void Process(PeerRecord record)
    {
        if (record.IsDeleted)
        {
            throw PeerErrors.RecordNotFound.Exception($"The record {record.Id} was removed; this is its tombstone.", record);
        }

        Process(GetTarget(record.GraphId, group: null), record.Id, record.Version);
    }
}
