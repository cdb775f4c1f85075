using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Connections from their first moment to their last: MS-PPGRH 3.1.7.1, 3.1.7.24 to 3.1.7.26.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="ended">Told of each connection that is over, and what it was.</param>
internal sealed class GraphLinks(GraphCore core, Action<GraphLink, ConnectionEnd, FormerLink> ended)
{
    /// <summary>Says that this node is there (MS-PPGRH 2.2.4.1).</summary>
    public static readonly ReadOnlyMemory<byte> Ping =
        GraphMessage.Encode(new PointToPointMessage { DataType = PointToPointMessage.Ping });

    private readonly Dictionary<int, GraphLink> _byId = [];
    private readonly List<GraphLink> _all = [];
    private readonly Queue<(GraphLink Link, ConnectionEnd End)> _doomed = new();
    private int _lastId;

    /// <summary>All connections, the oldest first. To be read alone, and that often: a list is walked without an
    /// enumerator.</summary>
    public List<GraphLink> All => _all;

    /// <summary>Until when publishers should wait for neighbors that lag behind, on the scale of
    /// <see cref="Moment.Elapsed"/>; a time that has passed where there are none. It bounds what waits for neighbors that
    /// read more slowly than this node publishes, who would else be closed for it.</summary>
    public TimeSpan PublishingResumes
    {
        get
        {
            TimeSpan resumes = TimeSpan.MinValue;
            foreach (GraphLink neighbor in core.Neighbors)
            {
                if (neighbor.LaggingSince + core.Options.PublishingPatience is { } patience && patience > resumes)
                {
                    resumes = patience;
                }
            }

            return resumes;
        }
    }

    /// <summary>A connection; null where it is over.</summary>
    public GraphLink? Find(int id) => _byId.GetValueOrDefault(id);

    /// <exception cref="PeerException">ConnectionNotFound.</exception>
    public GraphLink Require(int id) =>
        Find(id) ?? throw PeerErrors.ConnectionNotFound.Exception($"There is no connection {id}.", id);

    /// <summary>A connection that begins.</summary>
    public GraphLink Add(bool isInitiator, GraphEndpoint remote)
    {
        TimeSpan timeout = GraphFormulas.AuthenticationTimeout(_byId.Count + 1);
        var link = new GraphLink(++_lastId, isInitiator, remote)
        {
            Opened = core.Elapsed,
            AuthenticationTimeout = timeout,
            Deadline = core.Elapsed + timeout,
            LastReceived = core.Elapsed,
            LastProgress = core.Elapsed,
        };
        _byId.Add(link.Id, link);
        _all.Add(link);
        return link;
    }

    /// <summary>Closes a connection from this side. Where it is connected, DISCONNECT goes first.</summary>
    public void Drop(GraphLink link, ConnectionEnd end, DisconnectReason reason) => Drop(link, end, GetFarewell(link, reason));

    /// <summary>The DISCONNECT of a connection; nothing where it is not connected.</summary>
    public ReadOnlyMemory<byte> GetFarewell(GraphLink link, DisconnectReason reason) => link.State != LinkState.Connected
        ? default(ReadOnlyMemory<byte>)
        : GraphMessage.Encode(new DisconnectMessage
        {
            Reason = reason,
            Referrals = link.IsDirect ? [] : OldestNeighbors(link),
        });

    public void Drop(GraphLink link, ConnectionEnd end, ReadOnlyMemory<byte> farewell = default)
    {
        if (link.State == LinkState.Closed)
        {
            return;
        }

        // What waits for a neighbor that does not read, or breaks the protocol, is not worth waiting for.
        bool flush = end is not (ConnectionEnd.TooSlow or ConnectionEnd.Violation or ConnectionEnd.Lost);
        core.Output.Do(link.Id, new GraphDeed.Close(farewell, flush));
        if (!farewell.IsEmpty)
        {
            core.Counters.Send(link, farewell.Length);
        }

        Forget(link, end);
    }

    /// <summary>Closes a connection whose other side breaks the protocol.</summary>
    public void Violate(GraphLink link, GraphDropReason reason)
    {
        core.Count(reason);
        Drop(link, ConnectionEnd.Violation);
    }

    /// <summary>Sends a message. Who lets too much wait is closed when the call ends.</summary>
    public void Send(GraphLink link, ReadOnlyMemory<byte> message)
    {
        if (link.State == LinkState.Closed)
        {
            return;
        }

        if (link.Queued > Math.Max(core.Options.MaximumQueuedBytes, link.Allowance))
        {
            if (!_doomed.Contains((link, ConnectionEnd.TooSlow)))
            {
                core.Count(GraphDropReason.SlowReader);
                _doomed.Enqueue((link, ConnectionEnd.TooSlow));
            }

            return;
        }

        link.Queued += message.Length;
        if (link.Allowance == 0 && message.Length > core.Options.MaximumQueuedBytes)
        {
            // A record of 60 MB takes its time on the best of links, and there are others behind it.
            link.Allowance = link.Queued + core.Options.MaximumQueuedBytes;
        }

        if (link.Queued > core.Options.PublishingWindow)
        {
            link.LaggingSince ??= core.Elapsed;
        }

        link.LastSent = core.Elapsed;
        core.Counters.Send(link, message.Length);
        core.Output.Send(link.Id, message);
    }

    /// <summary>Opens a connection.</summary>
    public GraphLink Dial(GraphEndpoint endpoint, string? peerId, bool isDirect)
    {
        GraphLink link = Add(isInitiator: true, endpoint);
        link.State = LinkState.Connecting;
        link.IsDirect = isDirect;
        link.ExpectedPeerId = peerId;
        link.Endpoints = [endpoint];
        byte[] authInfo = GraphMessage.Encode(new AuthInfoMessage
        {
            IsDirect = isDirect,
            GraphId = core.Settings.GraphId,
            SourcePeerId = core.Settings.PeerId,
            DestinationPeerId = peerId,
        });
        core.Counters.Send(link, authInfo.Length);
        var context = new GraphConnectionContext(core.Settings.GraphId, core.Settings.PeerId, peerId, IsInitiator: true, isDirect);
        core.Output.Do(link.Id, new GraphDeed.Connect(endpoint, context, authInfo));
        return link;
    }

    /// <summary>A connection is over.</summary>
    public void Forget(GraphLink link, ConnectionEnd end)
    {
        if (link.State == LinkState.Closed)
        {
            return;
        }

        bool wasConnected = link.State == LinkState.Connected;
        bool wasNeighbor = link.IsNeighbor;
        bool wasConnecting = link.IsConnecting;
        PeerTime? lastConnected = core.Neighbors.Count > 0 ? core.PeerNow : core.LastConnected;
        link.State = LinkState.Closed;
        _byId.Remove(link.Id);
        _all.Remove(link);
        if (wasNeighbor)
        {
            core.Neighbors.Remove(link);
            core.LastConnected = lastConnected;
            core.IsMaintenanceWanted = true;
        }

        if (wasConnected)
        {
            core.Output.Do(link.Id, new GraphDeed.ConnectionChanged(PeerConnectionChangeType.Disconnected, Describe(link, end)));
        }
        else if (link.IsInitiator)
        {
            core.Output.Do(link.Id, new GraphDeed.ConnectionChanged(PeerConnectionChangeType.Failed, Describe(link, end)));
        }

        ended(link, end, new(wasNeighbor, wasConnecting));
    }

    /// <summary>A connection has come in.</summary>
    /// <returns>Null where it is one too many.</returns>
    public GraphLink? Accept(GraphEndpoint remote)
    {
        if (_all.Count >= core.Options.MaximumConnections || !HasPlaceFor(remote))
        {
            core.Count(GraphDropReason.Limit);
            return null;
        }

        GraphLink link = Add(isInitiator: false, remote);
        link.State = LinkState.Accepted;
        return link;
    }

    /// <summary>So many bytes have left.</summary>
    public void Sent(GraphLink link, long bytes)
    {
        link.Queued = Math.Max(0, link.Queued - bytes);
        if (link.Queued <= core.Options.PublishingWindow)
        {
            link.LaggingSince = null;
        }

        link.LastProgress = core.Elapsed;
        if (link.Queued <= core.Options.MaximumQueuedBytes)
        {
            link.Allowance = 0;
        }
    }

    /// <summary>A connection is over, as whoever has it says.</summary>
    public void Closed(GraphLink link, ConnectionEnd end)
    {
        GraphDropReason? reason = end switch
        {
            ConnectionEnd.NotAuthenticated => GraphDropReason.NotAuthenticated,
            ConnectionEnd.Violation => GraphDropReason.Malformed,
            ConnectionEnd.TooSlow => GraphDropReason.SlowReader,
            _ => null,
        };
        if (reason is { } counted)
        {
            core.Count(counted);
        }

        Forget(link, end);
    }

    /// <summary>Closes what has to be closed. Every call ends with it.</summary>
    public void Settle()
    {
        while (_doomed.TryDequeue(out (GraphLink Link, ConnectionEnd End) doomed))
        {
            Drop(doomed.Link, doomed.End, DisconnectReason.LeastUseful);
        }
    }

    /// <summary>The most bytes that a message may have in a connection's state.</summary>
    public int MaximumMessage(GraphLink link) => link.State switch
    {
        LinkState.Accepted => MessageLimits.Authenticating,
        LinkState.Connected => MessageLimits.Connected(core.MaximumRecordSize, core.Options.MaximumListLength),
        _ => MessageLimits.Connecting,
    };

    public bool HasRoomForNeighbor() =>
        core.Neighbors.Count + Count(link => !link.IsDirect && link.State == LinkState.ConnectWait)
            < GraphOptions.MaximumNeighbors;

    /// <summary>Whom others are referred to.</summary>
    public List<GraphEndpoint> OldestNeighbors(GraphLink? except)
    {
        List<GraphEndpoint> endpoints = [];
        foreach (GraphLink neighbor in core.Neighbors)
        {
            if (neighbor != except && neighbor.Endpoints.Count > 0 && endpoints.Count < GraphOptions.ReferralsPerMessage)
            {
                endpoints.Add(ProvenEndpoint(neighbor));
            }
        }

        return endpoints;
    }

    /// <summary>Whether a connection leads, or may lead, to an endpoint.</summary>
    public bool IsLinked(GraphEndpoint endpoint)
    {
        foreach (GraphLink link in _all)
        {
            if (!link.IsDirect && (link.Endpoints.Contains(endpoint) || (link.IsInitiator && link.Remote == endpoint)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a connection to an endpoint is on its way, and nobody knows yet which node is there.</summary>
    public bool IsDialled(GraphEndpoint endpoint)
    {
        foreach (GraphLink link in _all)
        {
            if (link is { IsConnecting: true, IsDirect: false } && link.Remote == endpoint)
            {
                return true;
            }
        }

        return false;
    }

    public GraphLink? FindNeighbor(ulong nodeId)
    {
        foreach (GraphLink neighbor in core.Neighbors)
        {
            if (neighbor.NodeId == nodeId)
            {
                return neighbor;
            }
        }

        return null;
    }

    public int Count(Func<GraphLink, bool> isMeant)
    {
        int count = 0;
        foreach (GraphLink link in _all)
        {
            count += isMeant(link) ? 1 : 0;
        }

        return count;
    }

    public static GraphConnectionInfo Describe(GraphLink link, ConnectionEnd end) => new()
    {
        Id = link.Id,
        IsDirect = link.IsDirect,
        IsInitiator = link.IsInitiator,
        State = link.State,
        PeerId = link.PeerId,
        NodeId = link.NodeId,
        Remote = link.Remote,
        Endpoints = link.Endpoints,
        Utility = link.Utility,
        BytesSent = link.BytesSent,
        BytesReceived = link.BytesReceived,
        End = end,
        Refusal = link.Refusal,
    };

    /// <summary>Where others reach a neighbor: of what it names, the address at which it is connected with this node.</summary>
    private static GraphEndpoint ProvenEndpoint(GraphLink neighbor)
    {
        foreach (GraphEndpoint endpoint in neighbor.Endpoints)
        {
            if (endpoint.Address == neighbor.Remote.Address)
            {
                return endpoint;
            }
        }

        return neighbor.Endpoints[0];
    }

    /// <summary>Whether one more stranger from there may wait for its authentication.</summary>
    private bool HasPlaceFor(GraphEndpoint remote)
    {
        AddressBlock source = AddressBlock.Of(remote.ToIPEndPoint().Address);
        return SourcePlaces.IsFree(
            Count(link => link.IsPending),
            Count(link => link.IsPending && AddressBlock.Of(link.Remote.ToIPEndPoint().Address) == source),
            core.Options.MaximumPendingConnections,
            core.Options.MaximumPendingPerSource,
            core.Options.CrowdedPendingPerSource);
    }
}

/// <summary>What a connection was that is over.</summary>
/// <param name="IsNeighbor">Whether it led to a neighbor.</param>
/// <param name="IsConnecting">Whether it might have become one by what this node did.</param>
internal readonly record struct FormerLink(bool IsNeighbor, bool IsConnecting);
