using System.Management.Automation;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineScope = PeerNet.Engine.Graphing.PeerGraphScope;

namespace PeerNet.PowerShell.Commands;

/// <summary>Opens a graph and connects to nodes of it.</summary>
[Cmdlet(
    VerbsCommunications.Connect, "PeerGraph", DefaultParameterSetName = EndpointSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Connect-PeerGraph" + HelpPages.Extension)]
[OutputType(typeof(PeerGraph))]
public sealed class ConnectPeerGraphCommand : GraphCmdlet
{
    private const string EndpointSet = "Endpoint";
    private const string NameSet = "Name";
    private const string OfflineSet = "Offline";

    /// <summary>The graph.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("GraphId", "Id")]
    [GraphTransformation]
    [ArgumentCompleter(typeof(GraphCompleter))]
    [ValidateLength(1, PeerGraph.MaximumId)]
    public string Graph { get; set; } = "";

    /// <summary>Where nodes of the graph listen; tried in order.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = EndpointSet)]
    [EndpointTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public EndPoint[] Endpoint { get; set; } = [];

    /// <summary>A peer name under which nodes of the graph have registered where they listen.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NameSet)]
    [NameTransformation]
    [ArgumentCompleter(typeof(RegistrationCompleter))]
    [ValidatePeerName]
    public string? ResolveName { get; set; }

    /// <summary>Opens the database alone.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OfflineSet)]
    public SwitchParameter Offline { get; set; }

    /// <summary>The peer id of this node in the graph.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PeerIdTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateLength(1, PeerGraph.MaximumId)]
    public string? PeerId { get; set; }

    /// <summary>What secures the graph: script blocks by name, or an object of .NET.</summary>
    [Parameter]
    [SecurityProviderTransformation]
    [ValidateNotNull]
    [NoCompletion]
    public object? SecurityProvider { get; set; }

    /// <summary>Record types that are synchronized before others.</summary>
    [Parameter]
    [ValidateCount(1, 250)]
    [NoCompletion]
    public Guid[] PrioritizedRecordType { get; set; } = [];

    /// <summary>Lets other nodes connect, once the database is synchronized.</summary>
    [Parameter]
    public SwitchParameter Listen { get; set; }

    /// <summary>The port where they do.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int Port { get; set; }

    /// <summary>How far this node reaches in the graph.</summary>
    [Parameter]
    public PeerGraphScope? Scope { get; set; }

    /// <summary>Takes in direct connections.</summary>
    [Parameter]
    public SwitchParameter AllowDirectConnection { get; set; }

    /// <summary>Opens the graph again, in the same way, whenever the node starts; $false ends that.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; }

    /// <summary>How long connecting and synchronizing may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Returns before the connection is made.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override object? Input => Graph;

    private protected override void CheckParameters()
    {
        RequireNoCode(Persistent, SecurityProvider);
        if (NoWait && (Listen || Port != 0))
        {
            throw PeerErrors.InvalidArgument.Exception(
                "A graph listens once it is synchronized, for which -NoWait does not wait: use it without -Listen and -Port.");
        }
    }

    private protected override void Process()
    {
        string action = Offline ? "Open" : $"Connect to {ResolveName ?? string.Join(", ", Endpoint.Select(HostNames.Describe))}";
        if (!ShouldProcess(Graph, action))
        {
            return;
        }

        if (!Offline && HasNeighbors())
        {
            WriteWarning($"The graph '{Graph}' is connected already (PEER_S_ALREADY_CONNECTED).");
        }

        var progress = new GraphProgress(Graph, TimeSpan.FromSeconds(TimeoutSeconds));
        PeerGraphOpening opening = CreateRequest();
        try
        {
            PeerGraph graph = Await(token => Graphs.ConnectAsync(opening, !NoWait, progress, token), progress);
            DescribePort(graph, Port);
            WriteWithNode(graph);
        }
        finally
        {
            if (progress.Targets is { Count: > 0 } tried)
            {
                WriteVerbose($"Nodes tried, in order: {string.Join(", ", tried)}.");
            }
        }
    }

    private bool HasNeighbors() =>
        Await(token => Graphs.ListAsync(includeClosed: false, token)).Any(open => open.Id == Graph && open.Neighbors > 0);

    private PeerGraphOpening CreateRequest() => new()
    {
        GraphId = Graph,
        PeerId = PeerId,
        Endpoints = LookUp(Endpoint),
        ResolveName = ResolveName,
        SecurityProvider = (IGraphSecurityProvider?)SecurityProvider,
        PrioritizedRecordTypes = PrioritizedRecordType,
        Scope = Scope is { } scope ? (EngineScope)(int)scope : null,
        IsListening = Listen || Port != 0,
        Port = Port,
        AllowsDirectConnections = MyInvocation.BoundParameters.ContainsKey(nameof(AllowDirectConnection)) ? AllowDirectConnection : null,
        IsPersistent = MyInvocation.BoundParameters.ContainsKey(nameof(Persistent)) ? Persistent : null,
        Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
    };
}
