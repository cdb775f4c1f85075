using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Data of applications: MS-PPGRH 2.2.2.13, 3.1.5.2.13.</summary>
internal sealed partial class GraphMachine
{
    /// <summary>Sends data to the other side of a connection.</summary>
    /// <exception cref="PeerException">ConnectionNotFound, NotAuthorized for the type of pings, InvalidArgument where the
    /// data is too long, Busy where too much waits already.</exception>
    public void SendData(Moment now, int connection, Guid dataType, ReadOnlySpan<byte> data)
    {
        RequirePhase(Phase.Open);
        GraphLink link = _links.Require(connection);
        if (link.State != LinkState.Connected)
        {
            throw PeerErrors.ConnectionNotFound.Exception($"Connection {connection} is not connected.", connection);
        }

        if (dataType == PointToPointMessage.Ping)
        {
            throw PeerErrors.NotAuthorized.Exception($"The data type {dataType} is the protocol's own.", dataType);
        }

        int longest = _links.MaximumMessage(link) - PointToPointMessage.Fixed;
        if (data.Length > longest)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"{data.Length} bytes are too many for one message; {longest} would do.", connection);
        }

        Enter(now);
        if (link.Queued > _options.MaximumQueuedBytes)
        {
            throw PeerErrors.Busy.Exception(
                $"Connection {connection} has not sent {link.Queued} bytes yet; try again later.", connection);
        }

        _links.Send(link, GraphMessage.Encode(new PointToPointMessage { DataType = dataType, Data = data }));
        Settle();
    }

    private void HandleData(GraphLink link, in PointToPointMessage message)
    {
        if (message.DataType != PointToPointMessage.Ping)
        {
            _output.Do(link.Id, new GraphDeed.DataReceived(link.PeerId, message.DataType, message.Data.ToArray()));
        }
    }
}
