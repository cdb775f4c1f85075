using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Receiving: MS-PPGRH 3.1.5. A message that is malformed or that the state does not allow ends its
/// connection.</summary>
internal sealed partial class GraphMachine
{
    /// <summary>A whole message has come. The bytes are only good during the call.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Where from.</param>
    /// <param name="message">The message.</param>
    /// <param name="verdict">The answer to <see cref="FindQuestion"/>; null where nobody was asked. Then the security
    /// provider is, where need be, before the call returns.</param>
    public void Receive(Moment now, int connection, ReadOnlySpan<byte> message, RecordVerdict? verdict = null)
    {
        if (_phase != Phase.Open || _links.Find(connection) is not { } link)
        {
            return;
        }

        Enter(now);
        _core.Counters.Receive(link, message.Length);
        link.LastReceived = now.Elapsed;
        link.LastProgress = now.Elapsed;
        link.WaitingSince = null;
        if (message.Length > _links.MaximumMessage(link) || !GraphMessage.TryReadType(message, out GraphMessageType type))
        {
            _links.Violate(link, GraphDropReason.Malformed);
        }
        else if (!IsAllowed(link, type))
        {
            _links.Violate(link, GraphDropReason.WrongState);
        }
        else if (!Dispatch(link, type, message, verdict))
        {
            _links.Violate(link, GraphDropReason.Malformed);
        }

        Settle();
    }

    /// <summary>The most bytes that a message may have in a connection's state; 0 for one that is not known.</summary>
    public int GetMaximumMessage(int connection) =>
        _links.Find(connection) is { } link ? _links.MaximumMessage(link) : 0;

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

    /// <returns>False where the message is malformed.</returns>
    private bool Dispatch(GraphLink link, GraphMessageType type, ReadOnlySpan<byte> bytes, RecordVerdict? verdict)
    {
        bool isSound;
        switch (type)
        {
            case GraphMessageType.AuthInfo:
                if (isSound = AuthInfoMessage.TryRead(bytes, out AuthInfoMessage authInfo))
                {
                    HandleAuthInfo(link, authInfo);
                }

                break;
            case GraphMessageType.Connect:
                if (isSound = ConnectMessage.TryRead(bytes, out ConnectMessage connect))
                {
                    HandleConnect(link, connect);
                }

                break;
            case GraphMessageType.Welcome:
                if (isSound = WelcomeMessage.TryRead(bytes, out WelcomeMessage welcome))
                {
                    HandleWelcome(link, welcome);
                }

                break;
            case GraphMessageType.Refuse:
                if (isSound = RefuseMessage.TryRead(bytes, out RefuseMessage refuse))
                {
                    HandleRefuse(link, refuse);
                }

                break;
            case GraphMessageType.Disconnect:
                if (isSound = DisconnectMessage.TryRead(bytes, out DisconnectMessage disconnect))
                {
                    HandleDisconnect(link, disconnect);
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
                    _flooding.Handle(link, flood, verdict);
                }

                break;
            case GraphMessageType.Ack:
                if (isSound = AckMessage.TryRead(bytes, out AckMessage ack))
                {
                    _flooding.Handle(link, ack);
                }

                break;
            case GraphMessageType.SolicitNew:
                if (isSound = SolicitNewMessage.TryRead(bytes, out SolicitNewMessage solicitNew))
                {
                    _serving.Handle(link, solicitNew.Types, since: null);
                }

                break;
            case GraphMessageType.SolicitTime:
                if (isSound = SolicitTimeMessage.TryRead(bytes, out SolicitTimeMessage solicitTime))
                {
                    _serving.Handle(link, solicitTime.Types, solicitTime.ModifiedSince);
                }

                break;
            case GraphMessageType.SolicitHash:
                if (isSound = SolicitHashMessage.TryRead(bytes, out SolicitHashMessage solicitHash))
                {
                    _serving.Handle(link, solicitHash);
                }

                break;
            case GraphMessageType.Advertise:
                if (isSound = AdvertiseMessage.TryRead(bytes, out AdvertiseMessage advertise))
                {
                    _synchronization.Handle(link, advertise);
                }

                break;
            case GraphMessageType.Request:
                if (isSound = RequestMessage.TryRead(bytes, out RequestMessage request))
                {
                    _serving.Handle(link, request);
                }

                break;
            default:
                if (isSound = SyncEndMessage.TryRead(bytes, out SyncEndMessage syncEnd))
                {
                    _synchronization.Handle(link, syncEnd);
                }

                break;
        }

        return isSound;
    }
}
