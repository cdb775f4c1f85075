using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>ADVERTISE: the ranges whose hashes differ, and the sender's records in them (MS-PPGRH 2.2.2.9).</summary>
internal readonly ref struct AdvertiseMessage : IGraphMessage<AdvertiseMessage>
{
    /// <summary>Bytes of the fixed part.</summary>
    public const int Fixed = 0x18;

    public static GraphMessageType MessageType => GraphMessageType.Advertise;

    public static int FixedLength => Fixed;

    /// <summary>The ranges, each <see cref="HashBoundary.WireLength"/> bytes long.</summary>
    public ReadOnlySpan<byte> Boundaries { get; init; }

    /// <summary>The records of all ranges one after the other, each <see cref="RecordAbstract.WireLength"/> bytes long.</summary>
    public ReadOnlySpan<byte> Abstracts { get; init; }

    public int WireLength => Fixed + Boundaries.Length + Abstracts.Length;

    // MS-PPGRH 3.1.5.2.8. One offset has two bytes, the other four.
    public static bool TryRead(ReadOnlySpan<byte> bytes, out AdvertiseMessage message)
    {
        message = default;
        if (!GraphMessage.TryOpen<AdvertiseMessage>(bytes, out WireReader reader)
            || !reader.TryReadUInt32(out uint boundaryCount)
            || !reader.TryReadUInt32(out uint abstractCount)
            || !reader.TryReadUInt16(out ushort boundaries)
            || !reader.TrySkip(2)
            || !reader.TryReadUInt32(out uint abstracts)
            || boundaries > abstracts
            || abstracts > (uint)bytes.Length
            || !GraphMessage.IsInside(boundaries, boundaryCount, HashBoundary.WireLength, Fixed, abstracts)
            || !GraphMessage.IsInside(abstracts, abstractCount, RecordAbstract.WireLength, Fixed, bytes.Length))
        {
            return false;
        }

        message = new AdvertiseMessage
        {
            Boundaries = boundaryCount == 0 ? [] : bytes.Slice(boundaries, (int)boundaryCount * HashBoundary.WireLength),
            Abstracts = abstractCount == 0
                ? []
                : bytes.Slice((int)abstracts, (int)abstractCount * RecordAbstract.WireLength),
        };
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt32((uint)(Boundaries.Length / HashBoundary.WireLength));
        writer.WriteUInt32((uint)(Abstracts.Length / RecordAbstract.WireLength));
        writer.WriteUInt16(Fixed);
        writer.WriteUInt16(0);
        writer.WriteUInt32((uint)(Fixed + Boundaries.Length));
        writer.WriteBytes(Boundaries);
        writer.WriteBytes(Abstracts);
    }
}
