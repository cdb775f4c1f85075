using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What may come when, and to whom it goes: MS-PPGRH 3.1.5.</summary>
internal sealed class MessageRoutes(
    GraphCore core,
    GraphLinks links,
    Handshakes handshakes,
    Flooding flooding,
    OwnSynchronization synchronization,
    ServedSynchronization serving)
{
    /// <summary>A message that is malformed or that the state does not allow ends its connection.</summary>
    public void Receive(GraphLink link, ReadOnlySpan<byte> message, RecordVerdict? verdict)
    {
        core.Counters.Receive(link, message.Length);
        link.LastReceived = core.Elapsed;
        link.LastProgress = core.Elapsed;
        link.WaitingSince = null;
        if (message.Length > links.MaximumMessage(link) || !GraphMessage.TryReadType(message, out GraphMessageType type))
        {
            links.Violate(link, GraphDropReason.Malformed);
        }
        else if (!IsAllowed(link, type))
        {
            links.Violate(link, GraphDropReason.WrongState);
        }
        else if (!Dispatch(link, type, message, verdict))
        {
            links.Violate(link, GraphDropReason.Malformed);
        }
    }

    /// <summary>What the security provider has to be asked before a message is received; null for nothing.</summary>
    public RecordQuestion? FindQuestion(GraphLink link, ReadOnlySpan<byte> message) =>
        core.Settings.Provider is not null && link.IsNeighbor && message.Length <= links.MaximumMessage(link)
            ? flooding.FindQuestion(message)
            : null;

    private static bool IsAllowed(GraphLink link, GraphMessageType type) => link.State switch
    {
        LinkState.Accepted => type == GraphMessageType.AuthInfo,
        LinkState.Authenticated => type is GraphMessageType.Connect or GraphMessageType.Disconnect,
        LinkState.ConnectWait =>
            type is GraphMessageType.Welcome or GraphMessageType.Refuse or GraphMessageType.Disconnect,
        LinkState.Connected => link.IsDirect
            ? type is GraphMessageType.Connect or GraphMessageType.Disconnect or GraphMessageType.PointToPoint
            : type is not (GraphMessageType.AuthInfo or GraphMessageType.Welcome or GraphMessageType.Refuse),
        _ => false,
    };

    /// <returns>False where it is malformed.</returns>
    private bool Dispatch(GraphLink link, GraphMessageType type, ReadOnlySpan<byte> bytes, RecordVerdict? verdict)
    {
        bool isSound;
        switch (type)
        {
            case GraphMessageType.AuthInfo:
                if (isSound = AuthInfoMessage.TryRead(bytes, out AuthInfoMessage authInfo))
                {
                    handshakes.Handle(link, authInfo);
                }

                break;
            case GraphMessageType.Connect:
                if (isSound = ConnectMessage.TryRead(bytes, out ConnectMessage connect))
                {
                    handshakes.Handle(link, connect);
                }

                break;
            case GraphMessageType.Welcome:
                if (isSound = WelcomeMessage.TryRead(bytes, out WelcomeMessage welcome))
                {
                    handshakes.Handle(link, welcome);
                }

                break;
            case GraphMessageType.Refuse:
                if (isSound = RefuseMessage.TryRead(bytes, out RefuseMessage refuse))
                {
                    handshakes.Handle(link, refuse);
                }

                break;
            case GraphMessageType.Disconnect:
                if (isSound = DisconnectMessage.TryRead(bytes, out DisconnectMessage disconnect))
                {
                    handshakes.Handle(link, disconnect);
                }

                break;
            case GraphMessageType.PointToPoint:
                if (isSound = PointToPointMessage.TryRead(bytes, out PointToPointMessage data))
                {
                    HandleData(link, data);
                }

                break;
            default:
                isSound = DispatchRecords(link, type, bytes, verdict);
                break;
        }

        return isSound;
    }

    /// <returns>False where the message is malformed.</returns>
    private bool DispatchRecords(
        GraphLink link, GraphMessageType type, ReadOnlySpan<byte> bytes, RecordVerdict? verdict)
    {
        bool isSound;
        switch (type)
        {
            case GraphMessageType.Flood:
                if (isSound = FloodMessage.TryRead(bytes, out FloodMessage flood))
                {
                    flooding.Handle(link, flood, verdict);
                }

                break;
            case GraphMessageType.Ack:
                if (isSound = AckMessage.TryRead(bytes, out AckMessage ack))
                {
                    flooding.Handle(link, ack);
                }

                break;
            case GraphMessageType.SolicitNew:
                if (isSound = SolicitNewMessage.TryRead(bytes, out SolicitNewMessage solicitNew))
                {
                    serving.Handle(link, solicitNew.Types, since: null);
                }

                break;
            case GraphMessageType.SolicitTime:
                if (isSound = SolicitTimeMessage.TryRead(bytes, out SolicitTimeMessage solicitTime))
                {
                    serving.Handle(link, solicitTime.Types, solicitTime.ModifiedSince);
                }

                break;
            case GraphMessageType.SolicitHash:
                if (isSound = SolicitHashMessage.TryRead(bytes, out SolicitHashMessage solicitHash))
                {
                    serving.Handle(link, solicitHash);
                }

                break;
            case GraphMessageType.Advertise:
                if (isSound = AdvertiseMessage.TryRead(bytes, out AdvertiseMessage advertise))
                {
                    synchronization.Handle(link, advertise);
                }

                break;
            case GraphMessageType.Request:
                if (isSound = RequestMessage.TryRead(bytes, out RequestMessage request))
                {
                    serving.Handle(link, request);
                }

                break;
            default:
                if (isSound = SyncEndMessage.TryRead(bytes, out SyncEndMessage syncEnd))
                {
                    synchronization.Handle(link, syncEnd);
                }

                break;
        }

        return isSound;
    }

    private void HandleData(GraphLink link, in PointToPointMessage message)
    {
        if (message.DataType != PointToPointMessage.Ping)
        {
            core.Output.Do(link.Id, new GraphDeed.DataReceived(link.PeerId, message.DataType, message.Data.ToArray()));
        }
    }
}
