using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Subscribes to events of a node, a cloud, a registration, a graph, a group or a person with PowerShell's own
/// eventing.</summary>
[Cmdlet(
    VerbsLifecycle.Register, "PeerEvent",
    HelpUri = HelpPages.Root + "Register-PeerEvent" + HelpPages.Extension)]
[OutputType(typeof(PSEventJob), typeof(PSEventSubscriber))]
public sealed class RegisterPeerEventCommand : NodeCmdlet
{
    /// <summary>The node, cloud, registration, graph, group, person, endpoint or invitation; a string names a node.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [CopyTransformation]
    [ValidateNotNull]
    [NoCompletion]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>The events wanted; all that the source raises where none is given.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public PeerEventType[]? EventType { get; set; }

    /// <summary>Only records of these types.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] RecordType { get; set; } = [];

    /// <summary>Only data of these types.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public Guid[] ConnectionDataType { get; set; } = [];

    /// <summary>Runs for each event: in the node's own runspace where that is a background node, else in this one.</summary>
    [Parameter(Position = 2)]
    [ValidateNotNull]
    [NoCompletion]
    public ScriptBlock? Action { get; set; }

    /// <summary>The name of the subscription; a new GUID where none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string? SourceIdentifier { get; set; }

    /// <summary>Ends the subscription after this many events.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [NoCompletion]
    public int MaxTriggerCount { get; set; }

    /// <summary>Goes along with each event.</summary>
    [Parameter]
    [NoCompletion]
    public PSObject? MessageData { get; set; }

    // Whoever wants to hear of direct connections wants there to be some (MS-PPGRH 3.1.4.7). That is said, not assumed:
    // all the events of a node are a different wish.
    private bool AsksForDirectConnections => EventType?.Contains(PeerEventType.DirectConnection) == true;

    private object Source => InputObject.BaseObject;

    private protected override object? Input => Source;

    private protected override void Process()
    {
        RemoteNode? there = NodeRegistry.FindRemote(Runspace.DefaultRunspace, Node ?? NamedNode);
        NodeHost? here = there is null ? FindNode() : null;
        EventRequest request = CreateRequest(here);
        BackgroundRunspace? background = Action is null ? null : here?.Background;
        if (IsTaken(Events, request) || (background is not null && IsTaken(background.Runspace.Events, request)))
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"A subscription with the source identifier '{request.SourceIdentifier}' exists already; "
                + $"Unregister-Event '{request.SourceIdentifier}' ends it.",
                request.SourceIdentifier);
        }

        WriteObject(background is not null ? SubscribeInBackground(here!, background, request)
            : Subscribe(there is null ? here!.Engine.Subscribe : observer => RemoteEvents.Subscribe(there, Source, AsksForDirectConnections, observer), request));
    }

    private static bool IsTaken(PSEventManager manager, EventRequest request) =>
        manager.GetEventSubscribers(request.SourceIdentifier).Any();

    private EventRequest CreateRequest(NodeHost? here)
    {
        IReadOnlyList<PeerEventType> valid = EventSources.GetTypes(Source);
        if (valid.Count == 0)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"A {Source.GetType().Name} raises no events; nodes, clouds, registrations, graphs, groups, contacts, people near me, "
                    + "presences, endpoints, invitations and content distribution do.",
                Source);
        }

        IReadOnlyList<PeerEventType> wanted = EventType ?? valid;
        if (wanted.Except(valid).ToArray() is { Length: > 0 } others)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"A {Source.GetType().Name} does not raise {string.Join(", ", others)}. Valid: {string.Join(", ", valid)}.", Source);
        }

        Func<PeerEvent, bool> isWanted = EventSources.CreateFilter(Source, wanted);
        Func<PeerEvent, bool> isOfType = EventSources.CreateTypeFilter(RecordType, ConnectionDataType);
        return new EventRequest
        {
            Sender = Source,
            Filter = happened => isWanted(happened) && isOfType(happened),
            Hold = AsksForDirectConnections && here is not null ? () => EventSources.ExpectDirectConnections(here.Engine, Source) : null,
            SourceIdentifier = SourceIdentifier ?? Guid.NewGuid().ToString(),
            Action = Action,
            MessageData = MessageData,
            MaxTriggerCount = MaxTriggerCount,
        };
    }

    private string? NamedNode => Source switch
    {
        string name => name,
        PeerNodeStatus status => status.Name,
        _ => null,
    };

    private protected override void CheckParameters()
    {
        if (Sessions is not null)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "Events come from nodes of this machine. Invoke-Command in the session registers there, and Register-EngineEvent -Forward sends them on.");
        }
    }

    // Events come here, wherever the node is.
    private protected override RemoteNode? FindRemote() => null;

    private NodeHost FindNode() => NamedNode is { } name ? NodeRegistry.Get(name) : NodeHost;

    private object Subscribe(Func<Action<PeerEvent>, IDisposable> subscribe, EventRequest request)
    {
        PSEventSubscriber subscriber = SessionRelay.Start(subscribe, Events, request);
        return subscriber.Action is { } job ? job : subscriber;
    }

    private PSEventJob SubscribeInBackground(NodeHost node, BackgroundRunspace background, EventRequest request)
    {
        PSEventSubscriber subscriber = BackgroundRelay.Start(node.Engine, background, request);
        JobRepository.Add(subscriber.Action);
        ShadowSubscriber.Create(Events, Runspace.DefaultRunspace, subscriber, background.Runspace.Events);
        return subscriber.Action;
    }
}
