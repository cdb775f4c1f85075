using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>What a group adds to each record (MS-PPSEC 2.2.4): which credentials its creator and its last modifier used,
/// and the latter's signature.</summary>
/// <param name="CreatorSerial">The serial number of the creator's credential.</param>
/// <param name="ModifierSerial">That of the modifier's; the creator's in the first version.</param>
/// <param name="Signature">The signature over <see cref="RecordDigest"/>.</param>
internal readonly record struct RecordSecurityData(
    Bits128 CreatorSerial, Bits128 ModifierSerial, ReadOnlyMemory<byte> Signature)
{
    private const int SerialLength = 16;

    private static int SignatureLength => SuiteAlgorithms.Modern.SignatureLength;

    /// <summary>Reads the security data of a record. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out RecordSecurityData data)
    {
        WireReader reader = new(bytes.Span);
        if (bytes.Length != (2 * SerialLength) + SignatureLength
            || !reader.TryReadBits128(out Bits128 creator)
            || !reader.TryReadBits128(out Bits128 modifier))
        {
            data = default;
            return false;
        }

        data = new(creator, modifier, bytes[reader.Position..]);
        return true;
    }

    public byte[] Encode()
    {
        byte[] bytes = new byte[(2 * SerialLength) + Signature.Length];
        WireWriter writer = new(bytes);
        writer.WriteBits128(CreatorSerial);
        writer.WriteBits128(ModifierSerial);
        writer.WriteBytes(Signature.Span);
        return bytes;
    }
}
