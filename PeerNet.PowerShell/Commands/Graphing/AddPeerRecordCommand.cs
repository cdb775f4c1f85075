using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Publishes a record in a graph or a group.</summary>
[Cmdlet(
    VerbsCommon.Add, "PeerRecord", DefaultParameterSetName = GraphSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Add-PeerRecord" + HelpPages.Extension)]
[OutputType(typeof(PeerRecord))]
public sealed class AddPeerRecordCommand : GraphCmdlet
{
    private const string GraphSet = "Graph";
    private const string GroupSet = "Group";

    private readonly PipedBytes _piped = new();

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = GraphSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId")]
    [GraphTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Graph { get; set; }

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GroupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>What the data is.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [NoCompletion]
    public Guid Type { get; set; }

    // PowerShell is content with a parameter set of which an object brings enough, and looks no further: so what can be the
    // content is in all of them, and it is the cmdlet that chooses.

    /// <summary>The data, as bytes; those that come one by one through the pipeline are one record.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ByteTransformation]
    [AllowEmptyCollection]
    [ValidateNotNull]
    [NoCompletion]
    public byte[]? Data { get; set; }

    /// <summary>The data, as text, which goes as UTF-8.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TextTransformation]
    [AllowEmptyString]
    [NoCompletion]
    public string? Text { get; set; }

    /// <summary>The data, in a file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
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
    [Alias("AttributesXml")]
    [ValidateNotNull]
    [NoCompletion]
    public object? Attribute { get; set; }

    /// <summary>Renews the record before it expires, as long as this node has the graph open.</summary>
    [Parameter]
    public SwitchParameter AutoRefresh { get; set; }

    private protected override object? Input => Group ?? Graph;

    private protected override bool IsInputOne => IsPiped(nameof(Data)) && new GivenContent(Data, Text, LiteralPath).IsSingleByte;

    private protected override void CheckParameters() => Choose();

    private protected override void Process()
    {
        GivenContent content = Choose();
        if (!content.IsSingleByte || !_piped.TryAdd(Data!))
        {
            Add(content.IsAny ? RecordContent.Read(this, content.Data, content.Text, content.Path)! : RequireNone());
        }
    }

    private protected override void Finish()
    {
        if (_piped.Take() is { } whole)
        {
            Add(whole);
        }
    }

    private GivenContent Choose()
    {
        // What is piped by itself is the graph where none is named; PowerShell takes it for the text as well.
        bool isTarget = IsPiped(nameof(Graph)) && !IsPiped(nameof(Type)) && Text == Graph;
        return new GivenContent(Data, isTarget ? null : Text, LiteralPath).Choose(IsPiped, nameof(LiteralPath), Input);
    }

    // A record may be empty. An object that was to be one, and has nothing that a record is made of, is a mistake.
    private byte[] RequireNone() => IsPiped(nameof(Type)) || (IsPiped(nameof(Data)) && !IsPiped(ParameterSetName))
        ? throw PeerErrors.InvalidArgument.Exception(
            "The input brings no Data, Text or LiteralPath, and nothing was added. -Data @() adds an empty record.", Input)
        : [];

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
