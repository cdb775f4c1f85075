using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>
/// The file that a graph's database is exported to. All of it is big-endian, and strings are those of records
/// (<see cref="RecordText"/>):
/// <list type="bullet">
/// <item>"PNGRAPH" and the version, 1, in a byte</item>
/// <item>the length of the state in four bytes, then the state: graph id, peer id, creator's id or none, node attributes or none,
/// peer time delta in 100 ns (8 bytes), flags (1 byte: 1 for a known time of leaving, 2 for synchronized), time of leaving (8
/// bytes), the length of the graph info (4 bytes) and the graph info</item>
/// <item>for each record its length in four bytes and its PEER_RECORD (MS-PPGRH 2.2.1.9)</item>
/// <item>four bytes of zero</item>
/// <item>SHA-256 of all before</item>
/// </list>
/// The hash tells damage, not forgery: each record is validated when it is imported.
/// </summary>
internal static class DatabaseFile
{
    /// <summary>Bytes of a length.</summary>
    public const int LengthSize = sizeof(uint);

    /// <summary>Bytes of the hash at the end.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>Most bytes of the state.</summary>
    public const int MaximumState = 1024 * 1024;

    /// <summary>Longest node attributes that are read, in UTF-16 units.</summary>
    private const int MaximumNodeAttributes = 64 * 1024;

    private const byte Version = 1;
    private const byte LeftFlag = 1;
    private const byte SynchronizedFlag = 2;

    /// <summary>What such a file begins with, but for the version.</summary>
    public static ReadOnlySpan<byte> Magic => "PNGRAPH"u8;

    /// <summary>Bytes of the beginning, with the version.</summary>
    public static int HeadLength => Magic.Length + 1;

    /// <summary>The beginning of a file.</summary>
    public static byte[] WriteHead() => [.. Magic, Version];

    /// <summary>Whether a file begins as these do.</summary>
    /// <param name="head">Its first <see cref="HeadLength"/> bytes.</param>
    /// <param name="isKnown">Whether the version is known.</param>
    public static bool IsHead(ReadOnlySpan<byte> head, out bool isKnown)
    {
        isKnown = head[^1] == Version;
        return head.StartsWith(Magic);
    }

    /// <summary>A length before what it is of.</summary>
    public static byte[] WriteLength(int length)
    {
        byte[] bytes = new byte[LengthSize];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }

    /// <summary>The bytes of the state.</summary>
    public static byte[] Write(GraphState state)
    {
        byte[] bytes = new byte[
            RecordText.GetLength(state.GraphId) + RecordText.GetLength(state.PeerId)
            + RecordText.GetOptionalLength(state.CreatorId) + RecordText.GetOptionalLength(state.NodeAttributes)
            + sizeof(long) + 1 + sizeof(ulong) + LengthSize + state.GraphInfo.Length];
        var writer = new WireWriter(bytes);
        RecordText.Write(ref writer, state.GraphId);
        RecordText.Write(ref writer, state.PeerId);
        RecordText.WriteOptional(ref writer, state.CreatorId);
        RecordText.WriteOptional(ref writer, state.NodeAttributes);
        writer.WriteUInt64(unchecked((ulong)state.PeerTimeDelta.Ticks));
        writer.WriteByte((byte)((state.Left is null ? 0 : LeftFlag) | (state.IsSynchronized ? SynchronizedFlag : 0)));
        writer.WriteUInt64(state.Left?.Ticks ?? 0);
        writer.WriteUInt32((uint)state.GraphInfo.Length);
        writer.WriteBytes(state.GraphInfo.Span);
        return bytes;
    }

    /// <summary>Reads the state. Nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out GraphState? state)
    {
        state = null;
        var reader = new WireReader(bytes);
        if (!RecordText.TryRead(ref reader, RecordCodec.MaximumIdLength, out string graphId)
            || !RecordText.TryRead(ref reader, RecordCodec.MaximumIdLength, out string peerId)
            || !RecordText.TryReadOptional(ref reader, RecordCodec.MaximumIdLength, out string creatorId)
            || !RecordText.TryReadOptional(ref reader, MaximumNodeAttributes, out string nodeAttributes)
            || !reader.TryReadUInt64(out ulong delta)
            || !reader.TryReadByte(out byte flags)
            || !reader.TryReadUInt64(out ulong left)
            || !reader.TryReadUInt32(out uint infoLength)
            || infoLength != reader.Remaining
            || !reader.TryReadBytes((int)infoLength, out ReadOnlySpan<byte> info))
        {
            return false;
        }

        state = new GraphState
        {
            GraphId = graphId,
            PeerId = peerId,
            CreatorId = creatorId,
            NodeAttributes = nodeAttributes,
            PeerTimeDelta = new(unchecked((long)delta)),
            Left = (flags & LeftFlag) != 0 ? new(left) : null,
            IsSynchronized = (flags & SynchronizedFlag) != 0,
            GraphInfo = info.ToArray(),
        };
        return true;
    }
}
