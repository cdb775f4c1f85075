using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Connections that applications ask for, and the data that they send: MS-PPGRH 2.2.2.13, 3.1.4.9, 3.1.4.11.</summary>
internal sealed class ApplicationLinks(GraphCore core, GraphLinks links, GraphMaintenance maintenance)
{
    /// <summary>Connects to a node (MS-PPGRH 3.1.4.9). Referrals are followed; each attempt has a number of its own.</summary>
    /// <param name="endpoint">Where the node listens.</param>
    /// <param name="peerId">Who it has to be; null for anybody.</param>
    /// <returns>The connection's number.</returns>
    /// <exception cref="PeerException">ConnectSelf, InvalidAddress, AlreadyExists where there are neighbors already.</exception>
    public GraphLink Connect(GraphEndpoint endpoint, string? peerId)
    {
        RequireTarget(endpoint, peerId);
        return core.Neighbors.Count == 0
            ? maintenance.Connect(endpoint, peerId)
            : throw PeerErrors.AlreadyExists.Exception(
                $"The graph '{core.Settings.GraphId}' has neighbors already, and finds further ones by itself.", endpoint);
    }

    /// <summary>Opens a direct connection.</summary>
    /// <returns>The connection's number.</returns>
    /// <exception cref="PeerException">ConnectSelf, InvalidAddress, Busy where there are too many.</exception>
    public GraphLink OpenDirect(GraphEndpoint endpoint, string? peerId)
    {
        RequireTarget(endpoint, peerId);
        if (links.All.Count >= core.Options.MaximumConnections
            || links.Count(link => link.IsDirect) >= GraphOptions.MaximumDirectConnections)
        {
            throw PeerErrors.Busy.Exception("There are as many connections as there may be.", endpoint);
        }

        return links.Dial(endpoint, peerId, isDirect: true);
    }

    /// <summary>Closes a direct connection.</summary>
    /// <exception cref="PeerException">ConnectionNotFound; NotAuthorized for one to a neighbor, which only maintenance
    /// closes.</exception>
    public void CloseDirect(int connection)
    {
        GraphLink link = links.Require(connection);
        if (!link.IsDirect)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"Connection {connection} leads to a neighbor; the graph keeps and closes such connections itself.", connection);
        }

        links.Drop(link, ConnectionEnd.Closed, DisconnectReason.ApplicationDisconnect);
    }

    /// <summary>Sends data to the other side of a connection.</summary>
    /// <exception cref="PeerException">ConnectionNotFound, NotAuthorized for the type of pings, InvalidArgument where the
    /// data is too long, Busy where too much waits already.</exception>
    public void Send(int connection, Guid dataType, ReadOnlySpan<byte> data)
    {
        GraphLink link = links.Require(connection);
        if (link.State != LinkState.Connected)
        {
            throw PeerErrors.ConnectionNotFound.Exception($"Connection {connection} is not connected.", connection);
        }

        if (dataType == PointToPointMessage.Ping)
        {
            throw PeerErrors.NotAuthorized.Exception($"The data type {dataType} is the protocol's own.", dataType);
        }

        int longest = links.MaximumMessage(link) - PointToPointMessage.Fixed;
        if (data.Length > longest)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"{data.Length} bytes are too many for one message; {longest} would do.", connection);
        }

        if (link.Queued > core.Options.MaximumQueuedBytes)
        {
            throw PeerErrors.Busy.Exception(
                $"Connection {connection} has not sent {link.Queued} bytes yet; try again later.", connection);
        }

        links.Send(link, GraphMessage.Encode(new PointToPointMessage { DataType = dataType, Data = data }));
    }

    private void RequireTarget(GraphEndpoint endpoint, string? peerId)
    {
        if (!endpoint.IsUsable)
        {
            throw PeerErrors.InvalidAddress.Exception($"Nobody can listen at '{endpoint}'.", endpoint);
        }

        if (core.IsOwn(endpoint))
        {
            throw PeerErrors.ConnectSelf.Exception($"'{endpoint}' is this node itself.", endpoint);
        }

        if (peerId is not null && !MessageText.IsValid(peerId))
        {
            throw PeerErrors.InvalidArgument.Exception("A peer id has 1 to 255 characters and no NUL.", peerId);
        }
    }
}
