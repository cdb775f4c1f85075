using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Messages;

/// <summary>
/// What one side sends at once: one message, or Hello and one behind it (MS-PPSEC 2.2.2).
/// </summary>
/// <remarks>
/// The specification lets TLS records be packets; a stream does not keep records apart, so that each packet has its length
/// before it, in four bytes. Every length is big-endian. A credential in YourGMC is protected by TLS, which the other side
/// has authenticated by then, and is not encrypted once more with a key that every member could derive.
/// </remarks>
internal sealed record GroupConnectPacket
{
    /// <summary>Bytes of the length before a packet.</summary>
    public const int PrefixLength = sizeof(uint);

    /// <summary>Most bytes in a packet: Hello and the longest chain.</summary>
    public const int MaximumLength = HelloLength + HeadLength + DelegationChain.MaximumLength;

    /// <summary>Bytes of a proof that the password is known.</summary>
    public const int ProofLength = 32;

    private const int HelloLength = sizeof(ushort) + 2;
    private const int HeadLength = sizeof(ushort) + sizeof(uint);

    // The sub-protocol of the Modern suite; the specification's own is 1.0.
    private const byte MajorVersion = 2;
    private const byte MinorVersion = 0;

    /// <summary>Whether Hello comes first.</summary>
    public bool HasHello { get; init; }

    /// <summary>The message behind Hello, or the only one; null where Hello stands alone.</summary>
    public GroupConnectMessageType? Body { get; init; }

    /// <summary>The chain or the proof; empty in the Password message that only announces one.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>Bytes of the packet, without the length before it.</summary>
    public int WireLength => (HasHello ? HelloLength : 0) + (Body is null ? 0 : HeadLength + Content.Length);

    /// <summary>Reads a packet without the length before it. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out GroupConnectPacket packet)
    {
        packet = null!;
        WireReader reader = new(bytes);
        if (bytes.Length > MaximumLength || !reader.TryReadUInt16(out ushort type))
        {
            return false;
        }

        bool hasHello = type == (ushort)GroupConnectMessageType.Hello;
        if (hasHello)
        {
            if (!reader.TryReadByte(out byte major) || !reader.TryReadByte(out byte minor)
                || major != MajorVersion || minor != MinorVersion)
            {
                return false;
            }

            if (reader.Remaining == 0)
            {
                packet = new GroupConnectPacket { HasHello = true };
                return true;
            }

            if (!reader.TryReadUInt16(out type))
            {
                return false;
            }
        }

        return TryReadBody(ref reader, hasHello, (GroupConnectMessageType)type, out packet);
    }

    /// <summary>The packet with the length before it.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PrefixLength + WireLength];
        WireWriter writer = new(bytes);
        writer.WriteUInt32((uint)WireLength);
        if (HasHello)
        {
            writer.WriteUInt16((ushort)GroupConnectMessageType.Hello);
            writer.WriteByte(MajorVersion);
            writer.WriteByte(MinorVersion);
        }

        if (Body is { } body)
        {
            writer.WriteUInt16((ushort)body);
            writer.WriteUInt32((uint)Content.Length);
            writer.WriteBytes(Content);
        }

        return bytes;
    }

    private static bool TryReadBody(
        ref WireReader reader, bool hasHello, GroupConnectMessageType type, out GroupConnectPacket packet)
    {
        packet = null!;
        if (!reader.TryReadUInt32(out uint length)
            || length != (uint)reader.Remaining
            || !IsAllowed(hasHello, type, length)
            || !reader.TryReadBytes((int)length, out ReadOnlySpan<byte> content))
        {
            return false;
        }

        packet = new GroupConnectPacket { HasHello = hasHello, Body = type, Content = content.ToArray() };
        return true;
    }

    // Behind Hello a credential or the announcement of a proof; alone the proof or what it earns.
    private static bool IsAllowed(bool hasHello, GroupConnectMessageType type, uint length) => type switch
    {
        GroupConnectMessageType.MyGmc => hasHello && length > 0,
        GroupConnectMessageType.Password => length == (hasHello ? 0 : ProofLength),
        GroupConnectMessageType.YourGmc => !hasHello && length > 0,
        _ => false,
    };
}
