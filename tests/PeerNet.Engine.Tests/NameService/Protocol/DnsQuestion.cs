using System.Buffers.Binary;
using System.Text;
using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.Tests.NameService.Protocol;

/// <summary>Questions as resolvers write them.</summary>
internal static class DnsQuestion
{
    public const ushort Number = 0x1234;

    /// <summary>A question.</summary>
    /// <param name="name">The name, without a dot at its end.</param>
    /// <param name="type">What is wanted.</param>
    /// <param name="datagram">The longest datagram that is taken; 0 for no OPT record.</param>
    /// <param name="cookie">The cookie; none if empty.</param>
    public static byte[] Write(string name, DnsType type, int datagram = 0, byte[]? cookie = null)
    {
        List<byte> bytes = [.. Word(Number), 0x01, 0x00, 0, 1, 0, 0, 0, 0, .. Word(datagram > 0 ? 1 : 0)];
        foreach (string label in name.Length == 0 ? [] : name.Split('.'))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.Latin1.GetBytes(label));
        }

        bytes.AddRange([0, .. Word((int)type), 0, 1]);
        if (datagram > 0)
        {
            byte[] option = cookie is null ? [] : [0, 10, .. Word(cookie.Length), .. cookie];
            bytes.AddRange([0, 0, 41, .. Word(datagram), 0, 0, 0x80, 0, .. Word(option.Length), .. option]);
        }

        return [.. bytes];
    }

    private static byte[] Word(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
