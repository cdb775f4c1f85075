using System.Net;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing;

/// <content>What others see of it.</content>
internal sealed partial class GraphRunner
{
    private long _connectionsMade;
    private long _connectionsFailed;

    private PeerGraph Describe()
    {
        IReadOnlyList<GraphNode> nodes = _machine.ListNodes();
        return new()
        {
            Id = GraphId,
            PeerId = PeerId,
            DatabaseName = DatabaseName,
            IsOpen = true,
            Status = _machine.Status,
            Scope = _listener is null ? GraphScopes.Of(_machine.Properties) : _scope,
            NodeId = _machine.NodeId,
            Port = _listener?.Port ?? 0,
            Addresses = _addresses,
            Signature = _machine.Signature,
            ContactRange = _machine.IsReady ? new(_machine.MinimumContacts, _machine.MinimumContacts + 5) : null,
            Contacts = nodes.Count(node => node.IsContact),
            Neighbors = _machine.NeighborCount,
            Records = _database.Store.Count,
            DeferredRecords = _machine.DeferredCount,
            PeerTimeDelta = _machine.PeerTimeDelta,
            AllowsDirectConnections = _machine.AllowsDirect,
            Properties = _machine.Properties is { } properties ? Describe(properties) : null,
            Statistics = DescribeStatistics(),
        };
    }

    private PeerGraphStatistics DescribeStatistics()
    {
        GraphStatistics counters = _machine.GetStatistics();
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

    internal static PeerGraphProperties Describe(GraphProperties properties) => new()
    {
        FriendlyName = properties.FriendlyName,
        Comment = properties.Comment,
        CreatorId = properties.CreatorId,
        Scope = (PeerGraphScope)(int)properties.Scope,
        PresenceLifetime = properties.PresenceLifetime,
        MaxPresence = properties.MaximumPresence > int.MaxValue ? -1 : (int)properties.MaximumPresence,
        MaxRecordSize = (int)RecordRules.GetLimit(properties.MaximumRecordSize),
        DeferExpiration = properties.DefersExpiration,
    };

    private PeerGraphNode Describe(GraphNode node) => new()
    {
        GraphId = GraphId,
        NodeId = node.NodeId,
        PeerId = node.PeerId,
        Addresses = [.. node.Endpoints.Select(Describe)],
        Attributes = node.Attributes,
        IsLocal = node.IsLocal,
        IsNeighbor = node.IsNeighbor,
        IsContact = node.IsContact,
        Utility = node.Utility is { } utility ? (int)utility : null,
    };

    private PeerConnection Describe(GraphConnectionInfo connection)
    {
        GraphConnection? below = _connections.GetValueOrDefault(connection.Id);
        return new()
        {
            GraphId = GraphId,
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
            Address = below?.Remote ?? Describe(connection.Remote),
            IsInitiator = connection.IsInitiator,
            Utility = connection.IsDirect ? null : (int)connection.Utility,
            Sent = connection.BytesSent,
            Received = connection.BytesReceived,
            Cipher = below?.Cipher,
        };
    }

    private PeerRecord Describe(GraphRecord record)
    {
        TimeSpan delta = _machine.PeerTimeDelta;
        return new()
        {
            GraphId = GraphId,
            Id = record.Id,
            Type = record.Type,
            Version = record.Version,
            CreatorId = record.CreatorId,
            LastModifiedById = record.ModifierId,
            Created = record.Created.ToUtc(delta),
            Modified = record.Modified.ToUtc(delta),
            Expires = record.Expires.ToUtc(delta),
            CreationPeerTime = record.Created.Ticks,
            ModificationPeerTime = record.Modified.Ticks,
            ExpirationPeerTime = record.Expires.Ticks,
            AttributesXml = record.Attributes,
            Attributes = DescribeAttributes(record.Attributes),
            Data = record.Payload.ToArray(),
            Text = Utf8Text.Read(record.Payload.Span),
            SecurityData = record.SecurityData.ToArray(),
            IsDeleted = record.IsDeleted,
            IsAutoRefreshed = _refreshed.Contains(record.Id),
        };
    }

    // A name that occurs more than once has an array of values.
    private static Dictionary<string, object> DescribeAttributes(string xml)
    {
        var values = new Dictionary<string, object>();
        if (RecordAttributes.TryRead(xml, out IReadOnlyList<PeerRecordAttribute>? attributes))
        {
            foreach (IGrouping<string, PeerRecordAttribute> group in attributes.GroupBy(attribute => attribute.Name))
            {
                object[] all = [.. group.Select(attribute => attribute.Value)];
                values.Add(group.Key, all.Length == 1 ? all[0] : all);
            }
        }

        return values;
    }

    private IPEndPoint Describe(GraphEndpoint endpoint)
    {
        IPEndPoint plain = endpoint.ToIPEndPoint(_zone);
        return plain.Address.IsIPv4MappedToIPv6 ? new(plain.Address.MapToIPv4(), plain.Port) : plain;
    }

    private void Report(PeerConnectionChangeType change, GraphConnectionInfo connection)
    {
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
            _context.Observer.DirectConnectionChanged(told);
        }
        else
        {
            _context.Observer.NeighborConnectionChanged(told);
        }
    }
}
