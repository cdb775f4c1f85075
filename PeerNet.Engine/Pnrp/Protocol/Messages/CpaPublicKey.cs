using System.Text;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// The CPA Public Key structure (MS-PNRP 2.2.3.1.4), little-endian. The OID is dotted ASCII without NUL: rsaEncryption's
/// has the 20 characters that the specification fixes. Each suite has one OID and one key length.
/// </summary>
internal static class CpaPublicKey
{
    private const int HeadLength = 9;

    public static int LengthOf(SuiteAlgorithms suite) =>
        HeadLength + suite.PublicKeyOid.Length + suite.PublicKeyLength;

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out ReadOnlySpan<byte> keyData)
    {
        keyData = default;
        return reader.TryReadUInt16LittleEndian(out ushort fieldLength)
            && reader.TryReadUInt16LittleEndian(out ushort oidLength)
            && reader.TrySkip(sizeof(ushort))
            && reader.TryReadUInt16LittleEndian(out ushort keyLength)
            && reader.TrySkip(1)
            && fieldLength == LengthOf(suite)
            && oidLength == suite.PublicKeyOid.Length
            && keyLength == suite.PublicKeyLength
            && reader.TryReadBytes(oidLength, out ReadOnlySpan<byte> oid)
            && Ascii.Equals(oid, suite.PublicKeyOid)
            && reader.TryReadBytes(keyLength, out keyData);
    }

    public static void Write(ref WireWriter writer, SuiteAlgorithms suite, scoped ReadOnlySpan<byte> keyData)
    {
        writer.WriteUInt16LittleEndian((ushort)LengthOf(suite));
        writer.WriteUInt16LittleEndian((ushort)suite.PublicKeyOid.Length);
        writer.WriteZeros(sizeof(ushort));
        writer.WriteUInt16LittleEndian((ushort)keyData.Length);
        writer.WriteZeros(1);
        Encoding.ASCII.GetBytes(suite.PublicKeyOid, writer.Take(suite.PublicKeyOid.Length));
        writer.WriteBytes(keyData);
    }
}
