using System.Management.Automation;
using PeerNet.Engine.Graphing;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes properties of a graph, and what this node does in it.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerGraph", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Set-PeerGraph" + HelpPages.Extension)]
[OutputType(typeof(PeerGraph))]
public sealed class SetPeerGraphCommand : GraphCmdlet
{
    /// <summary>The graphs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Graph { get; set; } = [];

    /// <summary>What people call the graph.</summary>
    [Parameter]
    [ValidateLength(0, PeerGraphProperties.MaximumFriendlyName)]
    [NoCompletion]
    public string? FriendlyName { get; set; }

    /// <summary>A remark for people.</summary>
    [Parameter]
    [ValidateLength(0, PeerGraphProperties.MaximumComment)]
    [NoCompletion]
    public string? Comment { get; set; }

    /// <summary>How long a node's presence lasts.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidatePresenceLifetime]
    [NoCompletion]
    public TimeSpan? PresenceLifetime { get; set; }

    /// <summary>How many nodes make their presence known: -1 for all, 0 for those that want to.</summary>
    [Parameter]
    [ValidateRange(-1, int.MaxValue)]
    [NoCompletion]
    public int? MaxPresence { get; set; }

    /// <summary>Most bytes of a record's data and attributes; 0 for 60 MB.</summary>
    [Parameter]
    [ValidateRecordSize]
    [NoCompletion]
    public int? MaxRecordSize { get; set; }

    /// <summary>What this node says of itself in its presence.</summary>
    [Parameter]
    [ValidateLength(0, PeerGraphNode.MaximumAttributes)]
    [NoCompletion]
    public string? NodeAttribute { get; set; }

    /// <summary>Whether this node makes its presence known whatever the graph's properties say.</summary>
    [Parameter]
    public bool? Presence { get; set; }

    /// <summary>Whether this node takes in direct connections.</summary>
    [Parameter]
    public bool? AllowDirectConnection { get; set; }

    /// <summary>Validates the records again that wait for it.</summary>
    [Parameter]
    public SwitchParameter RevalidateDeferredRecord { get; set; }

    /// <summary>Writes the graphs.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Graph;

    private PeerGraphChange Change => new()
    {
        FriendlyName = FriendlyName,
        Comment = Comment,
        PresenceLifetime = PresenceLifetime,
        MaxPresence = MaxPresence,
        MaxRecordSize = MaxRecordSize,
        NodeAttribute = NodeAttribute,
        Presence = Presence,
        AllowsDirectConnections = AllowDirectConnection,
    };

    private protected override void Process()
    {
        foreach (string graph in Graph)
        {
            if (ShouldProcess(graph, Describe()))
            {
                Report(() => Configure(graph));
            }
        }
    }

    private void Configure(string graph)
    {
        WarnOfLargeRecords(graph);
        PeerGraph changed = Await(token => Graphs.ChangeAsync(graph, Change, token));
        if (RevalidateDeferredRecord)
        {
            (int before, int after) = Await(token => Graphs.RevalidateAsync(graph, token));
            WriteVerbose($"{before} records waited for their validation; {after} still do.");
        }

        if (PassThru)
        {
            WriteWithNode(changed);
        }
    }

    private void WarnOfLargeRecords(string graph)
    {
        if (MaxRecordSize is not { } size || size == 0)
        {
            return;
        }

        int tooLarge = 0;
        Await(async token =>
        {
            await foreach (PeerRecord record in Graphs.GetRecordsAsync(graph, new(), token).ConfigureAwait(false))
            {
                tooLarge += record.Data.Length + (2 * record.AttributesXml.Length) > size ? 1 : 0;
            }
        });
        if (tooLarge > 0)
        {
            WriteWarning($"{tooLarge} records of the graph '{graph}' are larger than {size} bytes; they stay until they expire.");
        }
    }

    private string Describe()
    {
        string[] bound =
        [
            .. MyInvocation.BoundParameters.Keys.Where(name => name is not nameof(Graph) and not nameof(PassThru) and not nameof(Node)
                && !CommonParameters.Contains(name) && !OptionalCommonParameters.Contains(name)),
        ];
        return bound.Length == 0 ? "Change nothing" : $"Set {string.Join(", ", bound.Order(StringComparer.Ordinal))}";
    }
}
