using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>How connections are made and ended: MS-PPGRH 3.1.5.1, 3.1.5.2.1 to 3.1.5.2.4.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="links">The connections.</param>
/// <param name="records">The graph's own records.</param>
/// <param name="maintenance">Told who is there.</param>
/// <param name="candidates">Told of whom others know.</param>
/// <param name="synchronization">What begins with a neighbor.</param>
internal sealed class Handshakes(
    GraphCore core,
    GraphLinks links,
    InternalRecords records,
    GraphMaintenance maintenance,
    Candidates candidates,
    OwnSynchronization synchronization)
{
    // A neighbor that was silent for so long may have lost its connection and come back.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(30);

    /// <summary>Whether direct connections are accepted (MS-PPGRH 3.1.4.7).</summary>
    public bool AllowsDirect { get; set; }

    /// <summary>The other side of a connection is authenticated, or there is no provider to do that.</summary>
    /// <param name="link">Which.</param>
    /// <param name="peerId">The peer id that it has proven or claims; null where nobody knows yet.</param>
    public void Authenticated(GraphLink link, string? peerId)
    {
        if (link.State is not (LinkState.Connecting or LinkState.Authenticating))
        {
            return;
        }

        link.Deadline = core.Elapsed + GraphOptions.ConnectTimeout;
        link.LastReceived = core.Elapsed;
        link.PeerId = peerId ?? link.PeerId;
        if (link.ExpectedPeerId is { } expected && peerId is not null && peerId != expected)
        {
            core.Count(GraphDropReason.NotAuthenticated);
            links.Drop(link, ConnectionEnd.NotAuthenticated);
        }
        else if (link.IsInitiator)
        {
            SendConnect(link);
        }
        else
        {
            link.State = LinkState.Authenticated;
        }
    }

    // MS-PPGRH 3.1.5.1.2. The text wants neighbors named on direct connections; it is the others that need them.
    private void SendConnect(GraphLink link)
    {
        link.State = LinkState.ConnectWait;
        link.ConnectSent = core.Elapsed;
        links.Send(link, GraphMessage.Encode(new ConnectMessage
        {
            IsDirect = link.IsDirect,
            WantsNeighbors = !link.IsDirect,
            NodeId = core.NodeId,
            Endpoints = core.Endpoints,
            FriendlyName = core.Settings.FriendlyName,
        }));
    }

    // MS-PPGRH 3.1.5.1.1
    public void Handle(GraphLink link, AuthInfoMessage message)
    {
        if (message.GraphId != core.Settings.GraphId
            || (message.DestinationPeerId is { } destination && destination != core.Settings.PeerId))
        {
            links.Violate(link, GraphDropReason.WrongGraph);
            return;
        }

        link.IsDirect = message.IsDirect;
        link.PeerId = message.SourcePeerId;
        link.State = LinkState.Authenticating;
        core.Output.Do(link.Id, new GraphDeed.Authenticate(new(
            core.Settings.GraphId, core.Settings.PeerId, message.SourcePeerId, IsInitiator: false, message.IsDirect)));
    }

    // MS-PPGRH 3.1.5.2.1
    public void Handle(GraphLink link, ConnectMessage message)
    {
        if (link.State == LinkState.Connected)
        {
            if (message.IsUpdate)
            {
                link.Endpoints = Usable(message.Endpoints);
            }
            else
            {
                core.Count(GraphDropReason.WrongState);
                Refuse(link, RefuseCode.AlreadyConnected);
            }

            return;
        }

        if (message.IsDirect != link.IsDirect)
        {
            core.Count(GraphDropReason.Malformed);
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
        if (link.IsNeighbor && !core.HasSynchronized)
        {
            synchronization.Begin(link, isFirst: true);
        }
    }

    private RefuseCode? FindRefusal(GraphLink link, ConnectMessage message)
    {
        if (link.IsDirect)
        {
            // The link counts itself.
            return AllowsDirect && links.Count(other => other.IsDirect) <= GraphOptions.MaximumDirectConnections
                ? null
                : RefuseCode.DirectConnectionDisallowed;
        }

        if (message.NodeId == core.NodeId)
        {
            return RefuseCode.DuplicateConnection;
        }

        if (links.FindNeighbor(message.NodeId) is { } known)
        {
            if (core.Elapsed - known.LastReceived < StaleAfter)
            {
                return RefuseCode.DuplicateConnection;
            }

            links.Drop(known, ConnectionEnd.Lost);
        }

        return links.HasRoomForNeighbor() ? null : RefuseCode.Busy;
    }

    private void Refuse(GraphLink link, RefuseCode code) => links.Drop(
        link,
        code == RefuseCode.AlreadyConnected ? ConnectionEnd.Violation : ConnectionEnd.Refused,
        GraphMessage.Encode(new RefuseMessage
        {
            Code = code,
            Referrals = code == RefuseCode.Busy ? links.OldestNeighbors(link) : [],
        }));

    private void SendWelcome(GraphLink link, bool withNeighbors) => links.Send(link, GraphMessage.Encode(new WelcomeMessage
    {
        NodeId = core.NodeId,
        PeerTime = core.PeerNow,
        PeerId = core.Settings.PeerId,
        FriendlyName = core.Settings.FriendlyName,
        Referrals = withNeighbors ? links.OldestNeighbors(link) : [],
    }));

    // MS-PPGRH 3.1.5.2.2
    public void Handle(GraphLink link, WelcomeMessage message)
    {
        if (!message.PeerTime.IsInCalendar)
        {
            links.Violate(link, GraphDropReason.Malformed);
            return;
        }

        if ((link.PeerId.Length > 0 && message.PeerId != link.PeerId)
            || (link.ExpectedPeerId is { } expected && message.PeerId != expected))
        {
            core.Count(GraphDropReason.NotAuthenticated);
            links.Drop(link, ConnectionEnd.NotAuthenticated);
            return;
        }

        link.NodeId = message.NodeId;
        link.PeerId = message.PeerId;
        if (link.IsDirect)
        {
            BecomeConnected(link);
            return;
        }

        candidates.Add(message.Referrals);
        if (message.NodeId == core.NodeId || !TryMakeRoom(link))
        {
            links.Drop(link, ConnectionEnd.Duplicate);
            return;
        }

        AdjustTime(link, message.PeerTime);
        bool isFirst = core.Neighbors.Count == 0;
        BecomeConnected(link);
        foreach (GraphLink neighbor in core.Neighbors)
        {
            links.Send(neighbor, GraphLinks.Ping);
        }

        synchronization.Begin(link, isFirst);
        core.IsMaintenanceWanted |= isFirst;
    }

    /// <summary>Of two connections between the same nodes, which have called each other at the same time, the one that the
    /// node with the lower id has opened stays: both sides see it alike.</summary>
    private bool TryMakeRoom(GraphLink link)
    {
        if (links.FindNeighbor(link.NodeId) is not { } other)
        {
            return core.Neighbors.Count < GraphOptions.MaximumNeighbors;
        }

        if (other.IsInitiator || link.NodeId < core.NodeId)
        {
            return false;
        }

        links.Drop(other, ConnectionEnd.Duplicate);
        return true;
    }

    private void BecomeConnected(GraphLink link)
    {
        link.State = LinkState.Connected;
        link.Deadline = TimeSpan.MaxValue;
        link.Connected = core.Elapsed;
        if (!link.IsDirect)
        {
            core.Neighbors.Add(link);
            maintenance.Reached(link);
            records.Expiration.Resume();
        }

        core.Output.Do(link.Id, new GraphDeed.ConnectionChanged(PeerConnectionChangeType.Connected, GraphLinks.Describe(link, ConnectionEnd.None)));
    }

    // MS-PPGRH 3.1.5.2.3
    public void Handle(GraphLink link, RefuseMessage message)
    {
        link.Refusal = message.Code;
        if (message.Code == RefuseCode.Busy)
        {
            candidates.MarkBusy(link.Remote);
        }

        if (!link.IsDirect)
        {
            candidates.Add(message.Referrals);
        }

        links.Drop(link, ConnectionEnd.Refused);
    }

    // MS-PPGRH 3.1.5.2.4
    public void Handle(GraphLink link, DisconnectMessage message)
    {
        if (link.IsNeighbor)
        {
            candidates.Add(message.Referrals);
        }

        links.Drop(link, ConnectionEnd.Left);
    }

    private static IReadOnlyList<GraphEndpoint> Usable(IReadOnlyList<GraphEndpoint> endpoints) =>
        [.. endpoints.Where(endpoint => endpoint.IsUsable).Take(PeerAddresses.MaximumCount)];

    /// <summary>Takes a new neighbor's time into account.</summary>
    private void AdjustTime(GraphLink link, PeerTime welcomeTime)
    {
        PeerTime remote = welcomeTime + ((core.Elapsed - link.ConnectSent) / 2);
        if (!core.Clock.TryAdjust(remote, isFirst: core.Neighbors.Count == 0))
        {
            core.Count(GraphDropReason.ImplausibleTime);
            return;
        }

        records.TimeChanged();
    }
}
