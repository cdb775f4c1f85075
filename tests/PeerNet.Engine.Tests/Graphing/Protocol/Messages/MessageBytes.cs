using PeerNet.Engine.Graphing.Protocol.Messages;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Messages;

/// <summary>Reading any message, and writing it again.</summary>
internal static class MessageBytes
{
    /// <returns>What the writer makes of what the reader has read; null where it has read nothing.</returns>
    public static byte[]? Rewrite(ReadOnlySpan<byte> bytes)
    {
        if (!GraphMessage.TryReadType(bytes, out GraphMessageType type))
        {
            return null;
        }

        return type switch
        {
            GraphMessageType.AuthInfo => Rewrite<AuthInfoMessage>(bytes),
            GraphMessageType.Connect => Rewrite<ConnectMessage>(bytes),
            GraphMessageType.Welcome => Rewrite<WelcomeMessage>(bytes),
            GraphMessageType.Refuse => Rewrite<RefuseMessage>(bytes),
            GraphMessageType.Disconnect => Rewrite<DisconnectMessage>(bytes),
            GraphMessageType.SolicitNew => Rewrite<SolicitNewMessage>(bytes),
            GraphMessageType.SolicitTime => Rewrite<SolicitTimeMessage>(bytes),
            GraphMessageType.SolicitHash => Rewrite<SolicitHashMessage>(bytes),
            GraphMessageType.Advertise => Rewrite<AdvertiseMessage>(bytes),
            GraphMessageType.Request => Rewrite<RequestMessage>(bytes),
            GraphMessageType.Flood => Rewrite<FloodMessage>(bytes),
            GraphMessageType.SyncEnd => Rewrite<SyncEndMessage>(bytes),
            GraphMessageType.PointToPoint => Rewrite<PointToPointMessage>(bytes),
            _ => Rewrite<AckMessage>(bytes),
        };
    }

    private static byte[]? Rewrite<TMessage>(ReadOnlySpan<byte> bytes)
        where TMessage : IGraphMessage<TMessage>, allows ref struct =>
        TMessage.TryRead(bytes, out TMessage message) ? GraphMessage.Encode(message) : null;
}
