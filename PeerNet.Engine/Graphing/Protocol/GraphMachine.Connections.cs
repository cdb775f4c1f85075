using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Connections that applications and the owner ask for, and whom they lead to: MS-PPGRH 3.1.4.9, 3.1.7.24 to
/// 3.1.7.26.</summary>
internal sealed partial class GraphMachine
{
    private readonly ReferralList _referrals;

    /// <summary>Neighbors.</summary>
    public int NeighborCount => _neighbors.Count;

    /// <summary>Neighbor connections that are being opened from here.</summary>
    public int ConnectingCount => _links.Count(link => link.IsConnecting);

    /// <summary>How long a connection may take to authenticate, from its beginning (MS-PPGRH 3.1.2); nothing for one that is
    /// over.</summary>
    public TimeSpan GetAuthenticationTimeout(int connection) =>
        _links.Find(connection) is { } link ? link.AuthenticationTimeout : TimeSpan.Zero;

    /// <summary>Whether direct connections are accepted (MS-PPGRH 3.1.4.7).</summary>
    public bool AllowsDirect { get; set; }

    /// <summary>Connects to a node (MS-PPGRH 3.1.4.9). Referrals are followed; each attempt has a number of its own.</summary>
    /// <param name="now">The time.</param>
    /// <param name="endpoint">Where the node listens.</param>
    /// <param name="peerId">Who it has to be; null for anybody.</param>
    /// <returns>The connection's number.</returns>
    /// <exception cref="PeerException">ConnectSelf, InvalidAddress, AlreadyExists where there are neighbors already.</exception>
    public int Connect(Moment now, GraphEndpoint endpoint, string? peerId = null)
    {
        RequirePhase(Phase.Open);
        RequireTarget(endpoint, peerId);
        if (_neighbors.Count > 0)
        {
            throw PeerErrors.AlreadyExists.Exception(
                $"The graph '{_settings.GraphId}' has neighbors already, and finds further ones by itself.", endpoint);
        }

        Enter(now);
        _referrals.Add(endpoint);
        _referrals.ForgetTries();
        int connection = Dial(endpoint, peerId, isDirect: false).Id;
        Settle();
        return connection;
    }

    /// <summary>Connects to a node that <see cref="GraphDeed.FindNode"/> has found, unless it is known or there are as
    /// many neighbors as there may be.</summary>
    public void Repair(Moment now, GraphEndpoint endpoint)
    {
        RequirePhase(Phase.Open);
        Enter(now);
        if (endpoint.IsUsable && HasRoomForAttempt() && !IsOwn(endpoint) && !_links.IsLinked(endpoint))
        {
            _referrals.Add(endpoint);
            Dial(endpoint, null, isDirect: false);
        }

        Settle();
    }

    /// <summary>Opens a direct connection.</summary>
    /// <returns>The connection's number.</returns>
    /// <exception cref="PeerException">ConnectSelf, InvalidAddress, Busy where there are too many.</exception>
    public int OpenDirect(Moment now, GraphEndpoint endpoint, string? peerId = null)
    {
        RequirePhase(Phase.Open);
        RequireTarget(endpoint, peerId);
        if (_links.All.Count >= _options.MaximumConnections
            || _links.Count(link => link.IsDirect) >= _options.MaximumDirectConnections)
        {
            throw PeerErrors.Busy.Exception("There are as many connections as there may be.", endpoint);
        }

        Enter(now);
        int connection = Dial(endpoint, peerId, isDirect: true).Id;
        Settle();
        return connection;
    }

    /// <summary>Closes a direct connection.</summary>
    /// <exception cref="PeerException">ConnectionNotFound; NotAuthorized for one to a neighbor, which only maintenance
    /// closes.</exception>
    public void CloseDirect(Moment now, int connection)
    {
        RequirePhase(Phase.Open);
        GraphLink link = _links.Require(connection);
        if (!link.IsDirect)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"Connection {connection} leads to a neighbor; the graph keeps and closes such connections itself.", connection);
        }

        Enter(now);
        _links.Drop(link, ConnectionEnd.Closed, DisconnectReason.ApplicationDisconnect);
        Settle();
    }

    /// <summary>A connection has come in.</summary>
    /// <returns>Its number; null where it is one too many and must be closed.</returns>
    public int? Accept(Moment now, GraphEndpoint remote)
    {
        if (_phase != Phase.Open)
        {
            return null;
        }

        Enter(now);
        if (_links.All.Count >= _options.MaximumConnections || !HasPlaceFor(remote))
        {
            Count(GraphDropReason.Limit);
            return null;
        }

        GraphLink link = _links.Add(isInitiator: false, remote);
        link.State = LinkState.Accepted;
        return link.Id;
    }

    /// <summary>Whether one more stranger from there may wait for its authentication.</summary>
    private bool HasPlaceFor(GraphEndpoint remote)
    {
        AddressBlock source = AddressBlock.Of(remote.ToIPEndPoint().Address);
        return SourcePlaces.IsFree(
            _links.Count(link => link.IsPending),
            _links.Count(link => link.IsPending && AddressBlock.Of(link.Remote.ToIPEndPoint().Address) == source),
            _options.MaximumPendingConnections,
            _options.MaximumPendingPerSource,
            _options.CrowdedPendingPerSource);
    }

    /// <summary>A connection is over, or did not come about. Numbers that are not known any more are ignored.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Which.</param>
    /// <param name="end">Why: Lost, NotAuthenticated, Violation where its bytes are no messages, TooSlow.</param>
    public void Closed(Moment now, int connection, ConnectionEnd end)
    {
        if (_phase != Phase.Open || _links.Find(connection) is not { } link)
        {
            return;
        }

        Enter(now);
        switch (end)
        {
            case ConnectionEnd.NotAuthenticated:
                Count(GraphDropReason.NotAuthenticated);
                break;
            case ConnectionEnd.Violation:
                Count(GraphDropReason.Malformed);
                break;
            case ConnectionEnd.TooSlow:
                Count(GraphDropReason.SlowReader);
                break;
        }

        _links.Forget(link, end);
        Settle();
    }

    /// <summary>So many bytes of the messages sent have left; the rest waits.</summary>
    public void Sent(Moment now, int connection, long bytes)
    {
        if (_phase != Phase.Open || _links.Find(connection) is not { } link)
        {
            return;
        }

        Enter(now);
        link.Queued = Math.Max(0, link.Queued - bytes);
        if (link.Queued <= _options.PublishingWindow)
        {
            link.LaggingSince = null;
        }

        link.LastProgress = now.Elapsed;
        if (link.Queued <= _options.MaximumQueuedBytes)
        {
            link.Allowance = 0;
        }

        _serving.Work(link);
        Settle();
    }

    private void RequireTarget(GraphEndpoint endpoint, string? peerId)
    {
        if (!endpoint.IsUsable)
        {
            throw PeerErrors.InvalidAddress.Exception($"Nobody can listen at '{endpoint}'.", endpoint);
        }

        if (IsOwn(endpoint))
        {
            throw PeerErrors.ConnectSelf.Exception($"'{endpoint}' is this node itself.", endpoint);
        }

        if (peerId is not null && !MessageText.IsValid(peerId))
        {
            throw PeerErrors.InvalidArgument.Exception("A peer id has 1 to 255 characters and no NUL.", peerId);
        }
    }

    private GraphLink Dial(GraphEndpoint endpoint, string? peerId, bool isDirect)
    {
        _referrals.MarkTried(endpoint);
        return _links.Dial(endpoint, peerId, isDirect);
    }

    private void AddReferrals(IReadOnlyList<GraphEndpoint> endpoints)
    {
        for (int i = 0; i < Math.Min(endpoints.Count, _options.ReferralsPerMessage); i++)
        {
            if (endpoints[i].IsUsable && !IsOwn(endpoints[i]))
            {
                _referrals.Add(endpoints[i]);
            }
        }
    }

    private bool IsOwn(GraphEndpoint endpoint) => _core.Endpoints.AsSpan().Contains(endpoint);
}
