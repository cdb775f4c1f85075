using Microsoft.Extensions.Logging;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Node;

/// <summary>Turns what the components report into events, and gives each subscriber its own.</summary>
internal sealed class NodeEvents(PeerNodeOptions options, TimeProvider time, ILogger<NodeEvents> logger)
    : IPnrpObserver, IDistributionObserver, IGraphObserver, IGroupObserver, ICollaborationObserver, INameServerObserver
{
    private const string DistributionSource = "Distribution";

    // Names and graphs of one node; whoever is warned of so many knows what is the matter.
    private const int MaximumWarnings = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<(string Identity, string Source)> _warned = [];
    private readonly Queue<string> _warnings = [];
    private EventSubscription[] _subscriptions = [];
    private bool _completed;
    private long _errors;

    /// <summary>The last error that no caller waited for.</summary>
    public string? LastError { get; private set; }

    /// <summary>How many there were.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    public bool IsWatched => Volatile.Read(ref _subscriptions).Length > 0;

    public EventSubscription Subscribe(Action<PeerEvent> observer)
    {
        var subscription = new EventSubscription(
            observer,
            lost => Describe(PeerEventType.EventsLost, options.Name, lost),
            exception => NodeLog.ObserverFailed(logger, exception),
            Remove);
        lock (_lock)
        {
            _subscriptions = [.. _subscriptions, subscription];
            if (_completed)
            {
                subscription.Complete();
            }
        }

        return subscription;
    }

    public void Raise(PeerEventType type, string source, object? detail)
    {
        PeerEvent happened = Describe(type, source, detail);
        foreach (EventSubscription subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Publish(happened);
        }
    }

    /// <summary>Delivers what waits and ends all subscriptions.</summary>
    public Task CompleteAsync()
    {
        EventSubscription[] subscriptions;
        lock (_lock)
        {
            _completed = true;
            subscriptions = _subscriptions;
        }

        foreach (EventSubscription subscription in subscriptions)
        {
            subscription.Complete();
        }

        return Task.WhenAll(subscriptions.Select(subscription => subscription.Completion));
    }

    public void CloudChanged(PeerCloud cloud) => Raise(PeerEventType.CloudChanged, cloud.Name, cloud);

    public void NameRegistered(PeerNameRegistration registration) =>
        Raise(PeerEventType.NameRegistered, registration.Name.Value, registration);

    public void NameChanged(PeerNameRegistration registration) =>
        Raise(PeerEventType.NameChanged, registration.Name.Value, registration);

    public void NameUnregistered(PeerNameRegistration registration) =>
        Raise(PeerEventType.NameUnregistered, registration.Name.Value, registration);

    public void SplitSuspected(PeerCloud cloud) => Raise(PeerEventType.SplitSuspected, cloud.Name, cloud);

    /// <summary>Warns once of each place; a subscriber is told each time.</summary>
    public void IdentityElsewhere(PeerIdentityElsewhere found)
    {
        lock (_lock)
        {
            if (_warned.Count < MaximumWarnings && _warned.Add((found.Identity, found.Source)))
            {
                _warnings.Enqueue(found.ToString());
                NodeLog.IdentityElsewhere(logger, found.ToString());
            }
        }

        Raise(PeerEventType.IdentityElsewhere, found.Source, found);
    }

    /// <summary>A part of the node has not ended as it should.</summary>
    public void EndedBadly(string part, Exception failure)
    {
        string told = failure is AggregateException { InnerExceptions: var several }
            ? string.Join(" ", several.Select(one => one.Message))
            : failure.Message;
        Failed(part, $"It has ended, but not all of it could be kept: {told}");
        lock (_lock)
        {
            _warnings.Enqueue($"{part} has ended, but not all of it could be kept: {TerminalText.Escape(told)}");
        }
    }

    /// <summary>Takes the warnings that nobody has seen yet.</summary>
    public string[] TakeWarnings()
    {
        lock (_lock)
        {
            string[] warnings = [.. _warnings];
            _warnings.Clear();
            return warnings;
        }
    }

    public void DistributionChanged(PeerDistributionStatus status) =>
        Raise(PeerEventType.DistributionChanged, DistributionSource, status);

    public void GraphStatusChanged(PeerGraph graph) => Raise(PeerEventType.GraphStatusChanged, graph.Id, graph);

    public void GraphPropertyChanged(PeerGraph graph) => Raise(PeerEventType.GraphPropertyChanged, graph.Id, graph);

    public void RecordChanged(PeerRecordChange change) => Raise(PeerEventType.RecordChanged, change.GraphId, change);

    public void NeighborConnectionChanged(PeerConnectionChange change) =>
        Raise(PeerEventType.NeighborConnection, change.Connection.GraphId, change);

    public void DirectConnectionChanged(PeerConnectionChange change) =>
        Raise(PeerEventType.DirectConnection, change.Connection.GraphId, change);

    public void DataReceived(PeerDataItem item) => Raise(PeerEventType.IncomingData, item.GraphId, item);

    public void NodeChanged(PeerGraphNodeChange change) => Raise(PeerEventType.NodeChanged, change.Node.GraphId, change);

    public void Synchronized(PeerGraph graph) => Raise(PeerEventType.Synchronized, graph.Id, graph);

    public void MemberChanged(PeerGroupMemberChange change) =>
        Raise(PeerEventType.MemberChanged, change.Member.Group, change);

    public void PresenceChanged(PeerPresence presence) => Raise(PeerEventType.PresenceChanged, presence.Contact, presence);

    public void PersonNearMeChanged(PeerPersonChange change) =>
        Raise(PeerEventType.PersonNearMeChanged, change.Person.Contact, change);

    public void ContactChanged(PeerContactChange change) =>
        Raise(PeerEventType.ContactChanged, change.Contact.PeerName, change);

    public void EndpointChanged(PeerEndpoint endpoint) => Raise(PeerEventType.EndpointChanged, endpoint.Contact, endpoint);

    public void ObjectChanged(PeerObjectChange change) => Raise(PeerEventType.ObjectChanged, change.Object.Owner, change);

    public void ApplicationChanged(PeerApplicationChange change) =>
        Raise(PeerEventType.ApplicationChanged, change.Application.Owner ?? options.Name, change);

    public void InvitationReceived(PeerInvitation invitation) =>
        Raise(PeerEventType.InvitationReceived, invitation.Contact, invitation);

    public void InvitationChanged(PeerInvitation invitation) =>
        Raise(PeerEventType.InvitationChanged, invitation.Contact, invitation);

    public void Failed(string source, string message)
    {
        // It may quote what another side sent, and a failure without a caller ends at a terminal as one with a caller does.
        string told = TerminalText.Escape(message);
        LastError = told;
        Interlocked.Increment(ref _errors);
        NodeLog.ComponentFailed(logger, source, told);
        Raise(PeerEventType.Error, source, told);
    }

    private PeerEvent Describe(PeerEventType type, string source, object? detail) =>
        new(type, options.Name, time.GetUtcNow(), source, detail);

    private void Remove(EventSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
        }
    }
}
