using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>How connections are made and ended: MS-PPGRH 3.1.5.1, 3.1.5.2.1 to 3.1.5.2.4.</summary>
internal sealed partial class GraphMachine
{
    // A neighbor that was silent for so long may have lost its connection and come back.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(30);

    private static readonly ReadOnlyMemory<byte> Ping =
        GraphMessage.Encode(new PointToPointMessage { DataType = PointToPointMessage.Ping });

    /// <summary>The other side of a connection is authenticated, or there is no provider to do that.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Which.</param>
    /// <param name="peerId">The peer id that it has proven or claims; null where nobody knows yet.</param>
    public void Authenticated(Moment now, int connection, string? peerId)
    {
        if (_phase != Phase.Open
            || _links.Find(connection) is not { } link
            || link.State is not (LinkState.Connecting or LinkState.Authenticating))
        {
            return;
        }

        Enter(now);
        link.Deadline = now.Elapsed + _options.ConnectTimeout;
        link.LastReceived = now.Elapsed;
        link.PeerId = peerId ?? link.PeerId;
        if (link.ExpectedPeerId is { } expected && peerId is not null && peerId != expected)
        {
            Count(GraphDropReason.NotAuthenticated);
            _links.Drop(link, ConnectionEnd.NotAuthenticated);
        }
        else if (link.IsInitiator)
        {
            SendConnect(link);
        }
        else
        {
            link.State = LinkState.Authenticated;
        }

        Settle();
    }

    // MS-PPGRH 3.1.5.1.2. The text wants neighbors named on direct connections; it is the others that need them.
    private void SendConnect(GraphLink link)
    {
        link.State = LinkState.ConnectWait;
        link.ConnectSent = _core.Elapsed;
        _links.Send(link, GraphMessage.Encode(new ConnectMessage
        {
            IsDirect = link.IsDirect,
            WantsNeighbors = !link.IsDirect,
            NodeId = NodeId,
            Endpoints = _core.Endpoints,
            FriendlyName = _settings.FriendlyName,
        }));
    }

    // MS-PPGRH 3.1.5.1.1
    private void HandleAuthInfo(GraphLink link, AuthInfoMessage message)
    {
        if (message.GraphId != _settings.GraphId
            || (message.DestinationPeerId is { } destination && destination != _settings.PeerId))
        {
            _links.Violate(link, GraphDropReason.WrongGraph);
            return;
        }

        link.IsDirect = message.IsDirect;
        link.PeerId = message.SourcePeerId;
        link.State = LinkState.Authenticating;
        _output.Do(link.Id, new GraphDeed.Authenticate(new(
            _settings.GraphId, _settings.PeerId, message.SourcePeerId, IsInitiator: false, message.IsDirect)));
    }

    // MS-PPGRH 3.1.5.2.1
    private void HandleConnect(GraphLink link, ConnectMessage message)
    {
        if (link.State == LinkState.Connected)
        {
            if (message.IsUpdate)
            {
                link.Endpoints = Usable(message.Endpoints);
            }
            else
            {
                Count(GraphDropReason.WrongState);
                Refuse(link, RefuseCode.AlreadyConnected);
            }

            return;
        }

        if (message.IsDirect != link.IsDirect)
        {
            Count(GraphDropReason.Malformed);
            Refuse(link, RefuseCode.DirectConnectionDisallowed);
        }
        else if (FindRefusal(link, message) is { } code)
        {
            Refuse(link, code);
        }
        else
        {
            link.NodeId = message.NodeId;
            link.Endpoints = Usable(message.Endpoints);
            SendWelcome(link, message.WantsNeighbors);
            BecomeConnected(link);
            CatchUp(link);
        }
    }

    // Who comes to a node synchronizes with it. A node that has opened an old database and was only ever called would not
    // know what has happened since (MS-PPGRH 3.1.4.8 lets it listen).
    private void CatchUp(GraphLink link)
    {
        if (link.IsNeighbor && !_core.HasSynchronized)
        {
            _synchronization.Begin(link, isFirst: true);
        }
    }

    private RefuseCode? FindRefusal(GraphLink link, ConnectMessage message)
    {
        if (link.IsDirect)
        {
            // The link counts itself.
            return AllowsDirect && _links.Count(other => other.IsDirect) <= _options.MaximumDirectConnections
                ? null
                : RefuseCode.DirectConnectionDisallowed;
        }

        if (message.NodeId == NodeId)
        {
            return RefuseCode.DuplicateConnection;
        }

        if (_links.FindNeighbor(message.NodeId) is { } known)
        {
            if (_core.Elapsed - known.LastReceived < StaleAfter)
            {
                return RefuseCode.DuplicateConnection;
            }

            _links.Drop(known, ConnectionEnd.Lost);
        }

        return _links.HasRoomForNeighbor() ? null : RefuseCode.Busy;
    }

    private void Refuse(GraphLink link, RefuseCode code) => _links.Drop(
        link,
        code == RefuseCode.AlreadyConnected ? ConnectionEnd.Violation : ConnectionEnd.Refused,
        GraphMessage.Encode(new RefuseMessage
        {
            Code = code,
            Referrals = code == RefuseCode.Busy ? _links.OldestNeighbors(link) : [],
        }));

    private void SendWelcome(GraphLink link, bool withNeighbors) => _links.Send(link, GraphMessage.Encode(new WelcomeMessage
    {
        NodeId = NodeId,
        PeerTime = PeerNow,
        PeerId = _settings.PeerId,
        FriendlyName = _settings.FriendlyName,
        Referrals = withNeighbors ? _links.OldestNeighbors(link) : [],
    }));

    // MS-PPGRH 3.1.5.2.2
    private void HandleWelcome(GraphLink link, WelcomeMessage message)
    {
        if (!message.PeerTime.IsInCalendar)
        {
            _links.Violate(link, GraphDropReason.Malformed);
            return;
        }

        if ((link.PeerId.Length > 0 && message.PeerId != link.PeerId)
            || (link.ExpectedPeerId is { } expected && message.PeerId != expected))
        {
            Count(GraphDropReason.NotAuthenticated);
            _links.Drop(link, ConnectionEnd.NotAuthenticated);
            return;
        }

        link.NodeId = message.NodeId;
        link.PeerId = message.PeerId;
        if (link.IsDirect)
        {
            BecomeConnected(link);
            return;
        }

        AddReferrals(message.Referrals);
        if (message.NodeId == NodeId || !TryMakeRoom(link))
        {
            _links.Drop(link, ConnectionEnd.Duplicate);
            return;
        }

        AdjustTime(link, message.PeerTime);
        bool isFirst = _neighbors.Count == 0;
        BecomeConnected(link);
        _retryDelay = _options.RetryInterval;
        foreach (GraphLink neighbor in _neighbors)
        {
            _links.Send(neighbor, Ping);
        }

        _synchronization.Begin(link, isFirst);
        _core.IsMaintenanceWanted |= isFirst;
    }

    /// <summary>Of two connections between the same nodes, which have called each other at the same time, the one that the
    /// node with the lower id has opened stays: both sides see it alike.</summary>
    private bool TryMakeRoom(GraphLink link)
    {
        if (_links.FindNeighbor(link.NodeId) is not { } other)
        {
            return _neighbors.Count < _options.MaximumNeighbors;
        }

        if (other.IsInitiator || link.NodeId < NodeId)
        {
            return false;
        }

        _links.Drop(other, ConnectionEnd.Duplicate);
        return true;
    }

    private void BecomeConnected(GraphLink link)
    {
        link.State = LinkState.Connected;
        link.Deadline = TimeSpan.MaxValue;
        link.Connected = _core.Elapsed;
        if (!link.IsDirect)
        {
            _neighbors.Add(link);
            _missing.Remove(link.NodeId);
            if (link.IsInitiator)
            {
                _missing.Remove(link.Remote);
            }

            _expiration.Resume();
        }

        _output.Do(link.Id, new GraphDeed.ConnectionChanged(ConnectionChange.Connected, GraphLinks.Describe(link, ConnectionEnd.None)));
    }

    // MS-PPGRH 3.1.5.2.3
    private void HandleRefuse(GraphLink link, RefuseMessage message)
    {
        link.Refusal = message.Code;
        if (message.Code == RefuseCode.Busy)
        {
            _busy.Add(link.Remote, _core.Elapsed);
        }

        if (!link.IsDirect)
        {
            AddReferrals(message.Referrals);
        }

        _links.Drop(link, ConnectionEnd.Refused);
    }

    // MS-PPGRH 3.1.5.2.4
    private void HandleDisconnect(GraphLink link, DisconnectMessage message)
    {
        if (link.IsNeighbor)
        {
            AddReferrals(message.Referrals);
        }

        _links.Drop(link, ConnectionEnd.Left);
    }

    private static IReadOnlyList<GraphEndpoint> Usable(IReadOnlyList<GraphEndpoint> endpoints) =>
        [.. endpoints.Where(endpoint => endpoint.IsUsable).Take(Payloads.PeerAddresses.MaximumCount)];
}
