using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineScope = PeerNet.Engine.Graphing.PeerGraphScope;

namespace PeerNet.PowerShell.Commands;

/// <summary>Creates a graph.</summary>
[Cmdlet(
    VerbsCommon.New, "PeerGraph", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "New-PeerGraph" + HelpPages.Extension)]
[OutputType(typeof(PeerGraph))]
public sealed class NewPeerGraphCommand : GraphCmdlet
{
    /// <summary>The graph's id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateLength(1, PeerGraph.MaximumId)]
    [NoCompletion]
    public string GraphId { get; set; } = "";

    /// <summary>The peer id of this node in it; the default identity's peer name where none is given.</summary>
    [Parameter]
    [PeerIdTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateLength(1, PeerGraph.MaximumId)]
    public string? PeerId { get; set; }

    /// <summary>What people call the graph.</summary>
    [Parameter]
    [ValidateLength(0, PeerGraphProperties.MaximumFriendlyName)]
    [NoCompletion]
    public string FriendlyName { get; set; } = "";

    /// <summary>A remark for people.</summary>
    [Parameter]
    [ValidateLength(0, PeerGraphProperties.MaximumComment)]
    [NoCompletion]
    public string Comment { get; set; } = "";

    /// <summary>How far the graph reaches.</summary>
    [Parameter]
    public PeerGraphScope Scope { get; set; }

    /// <summary>How long a node's presence lasts: 5 minutes or more.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidatePresenceLifetime]
    [NoCompletion]
    public TimeSpan PresenceLifetime { get; set; }

    /// <summary>How many nodes make their presence known: -1 for all, 0 for those that want to.</summary>
    [Parameter]
    [ValidateRange(-1, int.MaxValue)]
    [NoCompletion]
    public int MaxPresence { get; set; } = -1;

    /// <summary>Most bytes of a record's data and attributes; 0 for 60 MB.</summary>
    [Parameter]
    [ValidateRecordSize]
    [NoCompletion]
    public int MaxRecordSize { get; set; }

    /// <summary>Lets records expire only while a node is connected.</summary>
    [Parameter]
    public SwitchParameter DeferExpiration { get; set; }

    /// <summary>What secures the graph: script blocks by name, or an object of .NET.</summary>
    [Parameter]
    [SecurityProviderTransformation]
    [ValidateNotNull]
    [NoCompletion]
    public object? SecurityProvider { get; set; }

    /// <summary>The name of the database.</summary>
    [Parameter]
    [ValidateForm(ValidateFormAttribute.Name, ValidateFormAttribute.NameDescription)]
    [NoCompletion]
    public string? DatabaseName { get; set; }

    /// <summary>Lets other nodes connect.</summary>
    [Parameter]
    public SwitchParameter Listen { get; set; }

    /// <summary>The port where they do.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int Port { get; set; }

    /// <summary>Opens the graph again whenever the node starts.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    private protected override object? Input => GraphId;

    private protected override void CheckParameters() => RequireNoCode(Persistent, SecurityProvider);

    private protected override void Process()
    {
        if (!ShouldProcess(GraphId, "Create graph"))
        {
            return;
        }

        var creation = new PeerGraphCreation
        {
            GraphId = GraphId,
            PeerId = PeerId,
            Properties = new()
            {
                FriendlyName = FriendlyName,
                Comment = Comment,
                Scope = (EngineScope)(int)Scope,
                PresenceLifetime = PresenceLifetime,
                MaxPresence = MaxPresence,
                MaxRecordSize = MaxRecordSize,
                DeferExpiration = DeferExpiration,
            },
            SecurityProvider = (IGraphSecurityProvider?)SecurityProvider,
            DatabaseName = DatabaseName,
            IsListening = Listen || Port != 0,
            Port = Port,
            IsPersistent = Persistent,
        };
        PeerGraph graph = Await(
            token => Graphs.CreateAsync(creation, token), new PumpProgress("Creating", GraphId, limit: null));
        DescribePort(graph, Port);
        WriteWithNode(graph);
    }
}
