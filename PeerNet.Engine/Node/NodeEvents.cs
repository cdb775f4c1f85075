using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Node;

/// <summary>Turns what the components report into events, and gives each subscriber its own.</summary>
internal sealed class NodeEvents(PeerNodeOptions options, TimeProvider time, ILogger<NodeEvents> logger)
    : IPnrpObserver, IDistributionObserver, IGraphObserver
{
    private const string DistributionSource = "Distribution";

    private readonly Lock _lock = new();
    private EventSubscription[] _subscriptions = [];
    private bool _completed;

    /// <summary>The last error that no caller waited for.</summary>
    public string? LastError { get; private set; }

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

    public void Failed(string source, string message)
    {
        // It may quote what another side sent, and a failure without a caller ends at a terminal as one with a caller does.
        string told = TerminalText.Escape(message);
        LastError = told;
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
