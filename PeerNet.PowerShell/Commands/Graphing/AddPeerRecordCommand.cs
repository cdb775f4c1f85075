using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Publishes a record in a graph or a group.</summary>
[Cmdlet(
    VerbsCommon.Add, "PeerRecord", DefaultParameterSetName = DataSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Add-PeerRecord" + HelpPages.Extension)]
[OutputType(typeof(PeerRecord))]
public sealed class AddPeerRecordCommand : GraphCmdlet
{
    private const string DataSet = "Data";
    private const string TextSet = "Text";
    private const string PathSet = "Path";
    private const string GroupDataSet = "GroupData";
    private const string GroupTextSet = "GroupText";
    private const string GroupPathSet = "GroupPath";

    private readonly PipedBytes _piped = new();

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = DataSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = TextSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>The group.</summary>
    // As an object it comes by its property, where text from the pipeline is the id of a graph.
    [Parameter(Mandatory = true, ParameterSetName = GroupDataSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupTextSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>What the data is.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [NoCompletion]
    public Guid Type { get; set; }

    /// <summary>The data, as bytes; those that come one by one through the pipeline are one record.</summary>
    [Parameter(ParameterSetName = DataSet, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = GroupDataSet, ValueFromPipeline = true)]
    [ByteTransformation]
    [AllowEmptyCollection]
    [ValidateNotNull]
    [NoCompletion]
    public byte[] Data { get; set; } = [];

    /// <summary>The data, as text, which goes as UTF-8.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TextSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupTextSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TextTransformation]
    [AllowEmptyString]
    [NoCompletion]
    public string? Text { get; set; }

    /// <summary>The data, in a file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = GroupPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "Path")]
    [ValidateNotNullOrEmpty]
    public string? LiteralPath { get; set; }

    /// <summary>How long the record lasts.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TimeSpanTransformation]
    [ValidateLifetime]
    [NoCompletion]
    public TimeSpan? Lifetime { get; set; }

    /// <summary>When the record ends.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NoCompletion]
    public DateTimeOffset? Expires { get; set; }

    /// <summary>Names with values, or XML, by which the record is found.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [NoCompletion]
    public object? Attribute { get; set; }

    /// <summary>Renews the record before it expires, as long as this node has the graph open.</summary>
    [Parameter]
    public SwitchParameter AutoRefresh { get; set; }

    private protected override object? Input => Group ?? Graph;

    private protected override bool IsInputOne => IsPiped(nameof(Data)) && ParameterSetName is DataSet or GroupDataSet;

    private protected override void Process()
    {
        if (!IsInputOne || !_piped.TryAdd(Data))
        {
            Add(RecordContent.Read(this, Data, Text, LiteralPath) ?? []);
        }
    }

    private protected override void Finish()
    {
        if (_piped.Take() is { } whole)
        {
            Add(whole);
        }
    }

    private void Add(ReadOnlyMemory<byte> data)
    {
        GraphTarget target = GetTarget(Graph, Group);
        if (!ShouldProcess(target.Name, $"Add a record of the type {Type}"))
        {
            return;
        }

        if (Lifetime is null == Expires is null)
        {
            throw PeerErrors.InvalidRecordExpiration.Exception(
                "A record needs a -Lifetime or a moment when it -Expires, not both.", Input);
        }

        var addition = new PeerRecordAddition
        {
            Type = Type,
            Data = data,
            AttributesXml = RecordContent.ReadAttributes(Attribute) ?? "",
            Expires = RecordContent.GetExpiration(Lifetime, Expires)!.Value,
            AutoRefresh = AutoRefresh,
        };
        WriteWithNode(Await(token => target.Graphs.AddRecordAsync(target.Id, addition, token)));
    }
}
