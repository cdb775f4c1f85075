using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Connections from their first moment to their last: MS-PPGRH 3.1.6.1, 3.1.6.2, 3.1.7.1, 3.1.7.24,
/// 3.1.7.25.</summary>
internal sealed partial class GraphMachine
{
    private readonly Dictionary<int, GraphLink> _links = [];
    private readonly List<GraphLink> _linkOrder = [];
    private readonly Queue<(GraphLink Link, ConnectionEnd End)> _doomed = new();
    private int _lastLinkId;

    private GraphLink Dial(GraphEndpoint endpoint, string? peerId, bool isDirect)
    {
        GraphLink link = AddLink(isInitiator: true, endpoint);
        link.State = LinkState.Connecting;
        link.IsDirect = isDirect;
        link.ExpectedPeerId = peerId;
        link.Endpoints = [endpoint];
        _referrals.MarkTried(endpoint);
        byte[] authInfo = GraphMessage.Encode(new AuthInfoMessage
        {
            IsDirect = isDirect,
            GraphId = _settings.GraphId,
            SourcePeerId = _settings.PeerId,
            DestinationPeerId = peerId,
        });
        _core.Counters.Send(link, authInfo.Length);
        var context = new GraphConnectionContext(_settings.GraphId, _settings.PeerId, peerId, IsInitiator: true, isDirect);
        _output.Do(link.Id, new GraphDeed.Connect(endpoint, context, authInfo));
        return link;
    }

    private GraphLink AddLink(bool isInitiator, GraphEndpoint remote)
    {
        TimeSpan timeout = GraphFormulas.AuthenticationTimeout(_links.Count + 1);
        var link = new GraphLink(++_lastLinkId, isInitiator, remote)
        {
            Opened = _core.Elapsed,
            AuthenticationTimeout = timeout,
            Deadline = _core.Elapsed + timeout,
            LastReceived = _core.Elapsed,
            LastProgress = _core.Elapsed,
        };
        _links.Add(link.Id, link);
        _linkOrder.Add(link);
        return link;
    }

    /// <summary>Closes a connection from this side. Where it is connected, DISCONNECT goes first.</summary>
    private void Drop(GraphLink link, ConnectionEnd end, DisconnectReason reason) => Drop(link, end, GetFarewell(link, reason));

    private ReadOnlyMemory<byte> GetFarewell(GraphLink link, DisconnectReason reason) => link.State != LinkState.Connected
        ? default(ReadOnlyMemory<byte>)
        : GraphMessage.Encode(new DisconnectMessage
        {
            Reason = reason,
            Referrals = link.IsDirect ? [] : OldestNeighbors(link),
        });

    private void Drop(GraphLink link, ConnectionEnd end, ReadOnlyMemory<byte> farewell = default)
    {
        if (link.State == LinkState.Closed)
        {
            return;
        }

        // What waits for a neighbor that does not read, or breaks the protocol, is not worth waiting for.
        bool flush = end is not (ConnectionEnd.TooSlow or ConnectionEnd.Violation or ConnectionEnd.Lost);
        _output.Do(link.Id, new GraphDeed.Close(farewell, flush));
        if (!farewell.IsEmpty)
        {
            _core.Counters.Send(link, farewell.Length);
        }

        Forget(link, end);
    }

    /// <summary>Closes a connection whose other side breaks the protocol.</summary>
    private void Violate(GraphLink link, GraphDropReason reason)
    {
        Count(reason);
        Drop(link, ConnectionEnd.Violation);
    }

    private void Forget(GraphLink link, ConnectionEnd end)
    {
        if (link.State == LinkState.Closed)
        {
            return;
        }

        bool wasConnected = link.State == LinkState.Connected;
        bool wasNeighbor = link.IsNeighbor;
        bool wasConnecting = link.IsConnecting;
        PeerTime? lastConnected = LastConnected;
        link.State = LinkState.Closed;
        _links.Remove(link.Id);
        _linkOrder.Remove(link);
        if (wasNeighbor)
        {
            _neighbors.Remove(link);
            _lastConnected = lastConnected;
            if (end == ConnectionEnd.Lost)
            {
                MissNeighbor(link);
            }

            _core.IsMaintenanceWanted = true;
        }

        if (wasConnected)
        {
            _output.Do(link.Id, new GraphDeed.ConnectionChanged(ConnectionChange.Disconnected, Describe(link, end)));
        }
        else if (link.IsInitiator)
        {
            _output.Do(link.Id, new GraphDeed.ConnectionChanged(ConnectionChange.Failed, Describe(link, end)));
        }

        if (wasConnecting && _phase == Phase.Open)
        {
            AfterFailedAttempt(link, end);
        }
    }

    /// <summary>Sends a message. Who lets too much wait is closed when the call ends.</summary>
    private void Send(GraphLink link, ReadOnlyMemory<byte> message)
    {
        if (link.State == LinkState.Closed)
        {
            return;
        }

        if (link.Queued > Math.Max(_options.MaximumQueuedBytes, link.Allowance))
        {
            if (!_doomed.Contains((link, ConnectionEnd.TooSlow)))
            {
                Count(GraphDropReason.SlowReader);
                _doomed.Enqueue((link, ConnectionEnd.TooSlow));
            }

            return;
        }

        link.Queued += message.Length;
        if (link.Allowance == 0 && message.Length > _options.MaximumQueuedBytes)
        {
            // A record of 60 MB takes its time on the best of links, and there are others behind it.
            link.Allowance = link.Queued + _options.MaximumQueuedBytes;
        }

        if (link.Queued > _options.PublishingWindow)
        {
            link.LaggingSince ??= _core.Elapsed;
        }

        link.LastSent = _core.Elapsed;
        _core.Counters.Send(link, message.Length);
        _output.Send(link.Id, message);
    }

    private void AdvanceLinks()
    {
        for (int i = _linkOrder.Count - 1; i >= 0; i--)
        {
            // What is done for one link may end others.
            if (i < _linkOrder.Count)
            {
                AdvanceLink(_linkOrder[i]);
            }
        }
    }

    private void AdvanceLink(GraphLink link)
    {
        if (_core.Elapsed >= link.Deadline)
        {
            // MS-PPGRH 3.1.6.1, 3.1.6.2
            bool isAuthenticated = link.State is LinkState.ConnectWait or LinkState.Authenticated;
            Count(isAuthenticated ? GraphDropReason.ConnectTimeout : GraphDropReason.NotAuthenticated);
            Drop(link, isAuthenticated ? ConnectionEnd.TimedOut : ConnectionEnd.NotAuthenticated);
            return;
        }

        if (_core.Elapsed >= SilenceDue(link))
        {
            Drop(link, ConnectionEnd.Lost);
            return;
        }

        if (_core.Elapsed >= link.AckDue)
        {
            FlushAcks(link);
        }

        if (_core.Elapsed >= PingDue(link))
        {
            Send(link, Ping);
        }

        Work(link);
    }

    private TimeSpan LinkDue(GraphLink link)
    {
        if (HasWork(link))
        {
            return _core.Elapsed;
        }

        return Earlier(Earlier(link.Deadline, link.AckDue), Earlier(SilenceDue(link), PingDue(link)));
    }

    private TimeSpan PingDue(GraphLink link) => link.IsNeighbor ? link.LastSent + _options.KeepAlive : TimeSpan.MaxValue;

    /// <summary>When a connection is taken for dead: records are acknowledged, synchronizations go on, and who has nothing
    /// to say pings.</summary>
    private TimeSpan SilenceDue(GraphLink link)
    {
        TimeSpan due = link.WaitingSince is { } since ? since + _options.SilenceLimit : TimeSpan.MaxValue;
        return link.Sync is { IsWaiting: true } ? Earlier(due, link.LastProgress + _options.SilenceLimit) : due;
    }
}
