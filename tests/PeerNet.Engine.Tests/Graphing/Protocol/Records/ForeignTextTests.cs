using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

/// <summary>The specification leaves the order of the bytes of strings open, and whether a NUL belongs to them: whatever a
/// record's graph id and record id prove is read.</summary>
public sealed class ForeignTextTests
{
    private const string GraphId = "graph";

    public static TheoryData<bool, bool, bool, bool> Forms
    {
        get
        {
            var forms = new TheoryData<bool, bool, bool, bool>();
            for (int i = 0; i < 16; i++)
            {
                forms.Add((i & 1) > 0, (i & 2) > 0, (i & 4) > 0, (i & 8) > 0);
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_record_is_read_in_every_form(bool isLittle, bool hasNul, bool isHashLittle, bool hasHashNul)
    {
        byte[] record = Write(isLittle, hasNul, FoldedHash(isHashLittle, hasHashNul));

        Assert.Equal(RecordFault.None, RecordRules.Read(record, GraphId, 0, out GraphRecord? read));
        Assert.Equal((GraphId, "peer", "x"), (read!.GraphId, read.CreatorId, read.ModifierId));

        // It is passed on as PeerNet writes it, and is as good.
        Assert.Equal(RecordFault.None, RecordRules.Read(RecordCodec.Encode(read), GraphId, 0, out _));
    }

    [Fact]
    public void An_id_that_comes_from_the_creators_id_in_no_form_is_none() => Assert.Equal(
        RecordFault.RecordId, RecordRules.Read(Write(false, true, 0x0123_4567_89AB_CDEF), GraphId, 0, out _));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Graph_info_is_read_in_either_order(bool isLittle)
    {
        byte[] payload =
        [
            .. Number(0), .. Number(0), .. Number(1), .. Text(GraphId, isLittle, true), .. Text("peer", isLittle, true),
            .. Text("Ours", isLittle, true), .. Number(0), .. Number(300), .. Number(5), .. Number(0),
        ];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)payload.Length);

        Assert.True(GraphInfoPayload.TryRead(payload, GraphId, out GraphProperties properties));
        Assert.Equal(("peer", "Ours"), (properties.CreatorId, properties.FriendlyName));
    }

    private static byte[] Write(bool isLittle, bool hasNul, ulong upperHalf)
    {
        byte[] id = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, upperHalf);
        return
        [
            .. new byte[15], 9, .. id, .. Number(2), .. Number(0), .. Text("peer", isLittle, hasNul), .. Text("x", isLittle, hasNul),
            .. Number(0), .. Time(1), .. Time(9), .. Time(5), .. Text(GraphId, isLittle, hasNul), 1, 0, .. Number(0), .. Number(0),
        ];
    }

    private static ulong FoldedHash(bool isLittle, bool hasNul)
    {
        byte[] hash = MD5.HashData(Text("peer", isLittle, hasNul).AsSpan(4));
        return BinaryPrimitives.ReadUInt64BigEndian(hash) ^ BinaryPrimitives.ReadUInt64BigEndian(hash.AsSpan(8));
    }

    private static byte[] Text(string text, bool isLittle, bool hasNul)
    {
        string whole = hasNul ? text + '\0' : text;
        return [.. Number((uint)whole.Length), .. (isLittle ? Encoding.Unicode : Encoding.BigEndianUnicode).GetBytes(whole)];
    }

    private static byte[] Number(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Time(ulong hours)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, 0x01D4_F54C_F65A_0000 + hours);
        return bytes;
    }
}
