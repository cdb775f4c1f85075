using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>SYNC_END: everything that was asked for has been sent (MS-PPGRH 2.2.2.12).</summary>
/// <param name="IsFinal">Whether it is the last one; one that is not says nothing.</param>
internal readonly record struct SyncEndMessage(bool IsFinal) : IGraphMessage<SyncEndMessage>
{
    private const int Fixed = 0x0C;
    private const byte FinalFlag = 0x01;

    public static GraphMessageType MessageType => GraphMessageType.SyncEnd;

    public static int FixedLength => Fixed;

    public int WireLength => Fixed;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SyncEndMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<SyncEndMessage>(bytes, out WireReader reader) || !reader.TryReadByte(out byte flags))
        {
            return false;
        }

        message = new((flags & FinalFlag) != 0);
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteByte(IsFinal ? FinalFlag : (byte)0);
        writer.WriteZeros(3);
    }
}
