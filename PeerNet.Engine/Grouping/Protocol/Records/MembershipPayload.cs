using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>The payload of a Membership record (MS-PPSEC 2.2.3.2): the version, and the credential of one member.</summary>
internal static class MembershipPayload
{
    /// <summary>Reads a payload. The chain has the right form and is not judged. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out MembershipChain? chain)
    {
        chain = null;
        WireReader reader = new(bytes);
        return GroupSecurityVersion.TryRead(ref reader)
            && reader.TryReadUInt32(out uint length)
            && length == (uint)reader.Remaining
            && MembershipChain.TryRead(bytes[reader.Position..], out chain);
    }

    public static byte[] Encode(MembershipChain chain)
    {
        byte[] bytes = new byte[GroupSecurityVersion.Length + sizeof(uint) + chain.Encoded.Length];
        WireWriter writer = new(bytes);
        GroupSecurityVersion.Write(ref writer);
        writer.WriteUInt32((uint)chain.Encoded.Length);
        writer.WriteBytes(chain.Encoded.Span);
        return bytes;
    }
}
