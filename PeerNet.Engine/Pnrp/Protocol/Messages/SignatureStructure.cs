using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>The SIGNATURE structure (MS-PNRP 2.2.3.2). All its integers are little-endian and have one legal value.</summary>
internal static class SignatureStructure
{
    private const int HeadLength = 8;

    public static int LengthOf(SuiteAlgorithms suite) => HeadLength + suite.SignatureLength;

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out ReadOnlySpan<byte> signature)
    {
        signature = default;
        return reader.TryReadUInt16LittleEndian(out ushort fieldLength)
            && reader.TryReadUInt16LittleEndian(out ushort signatureLength)
            && reader.TryReadUInt32LittleEndian(out uint algorithmId)
            && fieldLength == LengthOf(suite)
            && signatureLength == suite.SignatureLength
            && algorithmId == suite.SignatureAlgorithmId
            && reader.TryReadBytes(signatureLength, out signature);
    }

    public static void Write(ref WireWriter writer, SuiteAlgorithms suite, scoped ReadOnlySpan<byte> signature)
    {
        WriteHead(ref writer, suite);
        writer.WriteBytes(signature);
    }

    /// <summary>Signs what <paramref name="writer"/> has written, and writes the signature behind it.</summary>
    public static void Sign(ref WireWriter writer, PeerPrivateKey key)
    {
        ReadOnlySpan<byte> data = writer.Written;
        WriteHead(ref writer, key.Algorithms);
        key.Sign(data, writer.Take(key.Algorithms.SignatureLength));
    }

    private static void WriteHead(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteUInt16LittleEndian((ushort)LengthOf(suite));
        writer.WriteUInt16LittleEndian((ushort)suite.SignatureLength);
        writer.WriteUInt32LittleEndian(suite.SignatureAlgorithmId);
    }
}
