using System.Buffers.Binary;

namespace PeerNet.Engine.Tests.Graphing.Connections;

/// <summary>Messages of which only the size means something.</summary>
internal static class Messages
{
    public static byte[] Create(int size, byte fill = 0)
    {
        byte[] message = new byte[size];
        message.AsSpan(8).Fill(fill);
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)size);
        return message;
    }
}
