using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>What callers and the observer see of an open graph. Owns the counters of connections.</summary>
/// <param name="graph">The graph.</param>
/// <param name="database">Its database.</param>
/// <param name="connections">Its connections.</param>
/// <param name="listening">Where it listens.</param>
internal sealed class GraphDescriptions(
    OpenGraph graph, GraphDatabase database, GraphConnections connections, GraphListening listening)
{
    private long _connectionsMade;
    private long _connectionsFailed;

    /// <summary>The graph as it is; for any thread.</summary>
    public Task<PeerGraph> DescribeAsync() => graph.Loop.AskAsync(_ => Describe());

    /// <summary>Its nodes; for any thread.</summary>
    public Task<IReadOnlyList<PeerGraphNode>> GetNodesAsync() => graph.Loop.AskAsync<IReadOnlyList<PeerGraphNode>>(
        _ => [.. graph.Machine.ListNodes().Select(Describe)]);

    /// <summary>Its connections; for any thread.</summary>
    public Task<IReadOnlyList<PeerConnection>> GetConnectionsAsync() => graph.Loop.AskAsync<IReadOnlyList<PeerConnection>>(
        _ => [.. graph.Machine.ListConnections().Select(Describe)]);

    /// <summary>The graph as it is.</summary>
    public PeerGraph Describe()
    {
        IReadOnlyList<GraphNode> nodes = graph.Machine.ListNodes();
        return new()
        {
            Id = graph.Id,
            PeerId = graph.PeerId,
            DatabaseName = database.Name,
            IsOpen = true,
            Status = graph.Machine.Status,
            Scope = listening.Scope,
            NodeId = graph.Machine.NodeId,
            Port = listening.Port,
            Addresses = [.. listening.Addresses],
            Signature = graph.Machine.Signature,
            ContactRange = graph.Machine.IsReady ? new(graph.Machine.MinimumContacts, graph.Machine.MinimumContacts + 5) : null,
            Contacts = nodes.Count(node => node.IsContact),
            Neighbors = graph.Machine.NeighborCount,
            Records = database.Store.Count,
            DeferredRecords = graph.Machine.DeferredCount,
            PeerTimeDelta = graph.Machine.PeerTimeDelta,
            AllowsDirectConnections = graph.Machine.AllowsDirect,
            Properties = graph.Machine.Properties is { } properties ? Describe(properties) : null,
            Statistics = DescribeStatistics(),
        };
    }

    private PeerGraphStatistics DescribeStatistics()
    {
        GraphStatistics counters = graph.Machine.GetStatistics();
        return new()
        {
            MessagesIn = counters.MessagesIn,
            MessagesOut = counters.MessagesOut,
            BytesIn = counters.BytesIn,
            BytesOut = counters.BytesOut,
            RecordsReceived = counters.RecordsUseful,
            RecordsDuplicate = counters.RecordsDuplicate,
            ConnectionsMade = _connectionsMade,
            ConnectionsFailed = _connectionsFailed,
            Dropped = counters.Dropped,
        };
    }

    private static PeerGraphProperties Describe(GraphProperties properties) => new()
    {
        FriendlyName = properties.FriendlyName,
        Comment = properties.Comment,
        CreatorId = properties.CreatorId,
        Scope = properties.Scope,
        PresenceLifetime = properties.PresenceLifetime,
        MaxPresence = properties.MaximumPresence > int.MaxValue ? -1 : (int)properties.MaximumPresence,
        MaxRecordSize = (int)RecordRules.GetLimit(properties.MaximumRecordSize),
        DeferExpiration = properties.DefersExpiration,
    };

    private PeerGraphNode Describe(GraphNode node) => new()
    {
        GraphId = graph.Id,
        NodeId = node.NodeId,
        PeerId = node.PeerId,
        Addresses = [.. node.Endpoints.Select(graph.Show)],
        Attributes = node.Attributes,
        IsLocal = node.IsLocal,
        IsNeighbor = node.IsNeighbor,
        IsContact = node.IsContact,
        Utility = node.Utility is { } utility ? (int)utility : null,
    };

    /// <summary>A connection as it was when the machine told of it.</summary>
    public PeerConnection Describe(GraphConnectionInfo connection)
    {
        GraphConnection? below = connections.Find(connection.Id);
        return new()
        {
            GraphId = graph.Id,
            Id = (ulong)connection.Id,
            Type = connection.IsDirect ? PeerConnectionType.Direct : PeerConnectionType.Neighbor,
            State = connection.State switch
            {
                LinkState.Connected => PeerConnectionState.Connected,
                LinkState.Closed => PeerConnectionState.Disconnected,
                _ => PeerConnectionState.Connecting,
            },
            PeerId = connection.PeerId,
            NodeId = connection.NodeId,
            Address = below?.Remote ?? graph.Show(connection.Remote),
            IsInitiator = connection.IsInitiator,
            Utility = connection.IsDirect ? null : (int)connection.Utility,
            Sent = connection.BytesSent,
            Received = connection.BytesReceived,
            Cipher = below?.Cipher,
        };
    }

    /// <summary>Tells the observer what has happened.</summary>
    public void Tell(GraphDeed deed)
    {
        IGraphObserver observer = graph.Context.Observer;
        switch (deed)
        {
            case GraphDeed.NodeChanged changed:
                observer.NodeChanged(new(changed.Change, Describe(changed.Node)));
                break;
            case GraphDeed.Synchronized:
                observer.Synchronized(Describe());
                break;
            case GraphDeed.StatusChanged:
                observer.GraphStatusChanged(Describe());
                break;
            case GraphDeed.PropertiesChanged:
                observer.GraphPropertyChanged(Describe());
                break;
            case GraphDeed.Failed failed:
                observer.Failed(graph.Id, $"A record of the graph '{graph.Id}' could not be kept: {failed.Failure.Message}");
                break;
        }
    }

    /// <summary>A connection is made, lost, or came to nothing.</summary>
    public void Tell(PeerConnectionChangeType change, GraphConnectionInfo connection)
    {
        if (change == PeerConnectionChangeType.Connected && connection.PeerId == graph.PeerId
            && connection.NodeId != graph.Machine.NodeId)
        {
            graph.Context.Observer.IdentityElsewhere(new()
            {
                Identity = graph.PeerId,
                Source = graph.Id,
                Endpoints = [graph.Show(connection.Remote)],
            });
        }

        _ = change switch
        {
            PeerConnectionChangeType.Connected => _connectionsMade++,
            PeerConnectionChangeType.Failed => _connectionsFailed++,
            _ => 0,
        };
        var told = new PeerConnectionChange(
            change,
            Describe(connection),
            connection.End == ConnectionEnd.None ? "" : connection.End.ToString());
        if (connection.IsDirect)
        {
            graph.Context.Observer.DirectConnectionChanged(told);
        }
        else
        {
            graph.Context.Observer.NeighborConnectionChanged(told);
        }
    }
}
