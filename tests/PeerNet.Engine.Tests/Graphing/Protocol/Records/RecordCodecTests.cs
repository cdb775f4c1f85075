using System.Buffers.Binary;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

public sealed class RecordCodecTests
{
    private static readonly PeerTime Created = new(0x01D4F54CF65A0000);

    [Fact]
    public void A_record_with_everything_is_read_field_by_field()
    {
        GraphRecord record = RecordVectors.Read(RecordVectors.Full);

        Assert.Equal(new Guid("11223344-5566-7788-99aa-bbccddeeff00"), record.Type);
        Assert.Equal(new Guid("6eab8e35-e020-e4f0-0123-456789abcdef"), record.Id);
        Assert.Equal(7u, record.Version);
        Assert.False(record.IsDeleted);
        Assert.Equal("peer", record.CreatorId);
        Assert.Equal("ä\ud800", record.ModifierId);
        Assert.Equal([0xAA, 0xBB, 0xCC], record.SecurityData.ToArray());
        Assert.Equal(Created, record.Created);
        Assert.Equal(new PeerTime(Created.Ticks + 9), record.Expires);
        Assert.Equal(new PeerTime(Created.Ticks + 5), record.Modified);
        Assert.Equal(RecordVectors.GraphId, record.GraphId);
        Assert.Equal([0xDE, 0xAD, 0xBE, 0xEF], record.Payload.ToArray());
        Assert.Equal("<attributes/>", record.Attributes);
    }

    [Fact]
    public void What_is_absent_is_empty()
    {
        GraphRecord record = RecordVectors.Read(RecordVectors.Plain);

        Assert.Equal("", record.ModifierId);
        Assert.Equal("", record.Attributes);
        Assert.True(record.SecurityData.IsEmpty && record.Payload.IsEmpty);
        Assert.True(RecordVectors.Read(RecordVectors.Tombstone).IsDeleted);
    }

    [Fact]
    public void A_record_is_written_as_it_was_read()
    {
        foreach (byte[] vector in RecordVectors.All)
        {
            GraphRecord record = RecordVectors.Read(vector);

            Assert.Equal(vector.Length, RecordCodec.GetLength(record));
            Assert.Equal(vector, RecordCodec.Encode(record));
        }
    }

    [Fact]
    public void A_record_can_be_written_behind_something_else()
    {
        byte[] buffer = new byte[RecordVectors.Full.Length + 3];
        var writer = new WireWriter(buffer);
        writer.WriteZeros(3);
        RecordCodec.Write(ref writer, RecordVectors.Read(RecordVectors.Full));

        Assert.Equal(RecordVectors.Full, buffer[3..]);
    }

    [Fact]
    public void Payload_and_security_data_are_views_of_what_was_read()
    {
        byte[] bytes = [.. RecordVectors.Full];
        GraphRecord record = RecordVectors.Read(bytes);
        bytes[bytes.AsSpan().IndexOf<byte>([0x03, 0xAA]) + 1] = 0x11;
        bytes[bytes.AsSpan().IndexOf<byte>([0xDE, 0xAD])] = 0x22;

        Assert.Equal((0x11, 0x22), (record.SecurityData.Span[0], record.Payload.Span[0]));
    }

    [Fact]
    public void Reserved_bits_are_ignored()
    {
        byte[] bytes = With(39, 0xFD);
        bytes.AsSpan(36, 3).Fill(0xFF);

        Assert.False(RecordVectors.Read(bytes).IsDeleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(89)]
    public void What_is_shorter_than_any_record_is_told_apart(int length) =>
        AssertFault(RecordFault.TooShort, RecordVectors.Full[..length]);

    [Fact]
    public void A_truncated_record_and_one_with_more_behind_it_are_none()
    {
        foreach (byte[] vector in RecordVectors.All)
        {
            for (int length = 0; length < vector.Length; length++)
            {
                Assert.NotEqual(RecordFault.None, RecordCodec.Read(vector.AsMemory(0, length), out GraphRecord? record));
                Assert.Null(record);
            }

            AssertFault(RecordFault.Malformed, [.. vector, 0]);
        }
    }

    [Fact]
    public void A_length_that_cannot_be_is_told_apart()
    {
        const int creator = 40, modifier = 54, security = 58, graph = 86, payload = 104, attributes = 108;
        AssertFaults(creator, RecordFault.CreatorIdLength, 0, 257, 0x80000005);
        AssertFaults(modifier, RecordFault.ModifierIdLength, 1, 257, uint.MaxValue);
        AssertFaults(security, RecordFault.Malformed, 4096, uint.MaxValue);
        AssertFaults(graph, RecordFault.GraphIdLength, 0, 257);
        AssertFaults(payload, RecordFault.Malformed, 1, uint.MaxValue);
        AssertFaults(attributes, RecordFault.Malformed, 1, 0x80000000, uint.MaxValue);
    }

    [Fact]
    public void A_string_has_no_NUL_inside() => AssertFault(RecordFault.CreatorIdLength, With(45, 0));

    [Fact]
    public void Another_protocol_version_is_told_apart()
    {
        AssertFault(RecordFault.ProtocolVersion, With(102, 2));
        AssertFault(RecordFault.ProtocolVersion, With(103, 1));
    }

    [Fact]
    public void Security_data_has_a_limit()
    {
        GraphRecord record = RecordVectors.Read(RecordVectors.Plain);
        GraphRecord most = record with { SecurityData = new byte[RecordCodec.MaximumSecurityData] };

        Assert.Equal(RecordFault.None, RecordCodec.Read(RecordCodec.Encode(most), out _));
        AssertFault(
            RecordFault.SecurityDataLength,
            RecordCodec.Encode(record with { SecurityData = new byte[RecordCodec.MaximumSecurityData + 1] }));
    }

    [Fact]
    public void The_longest_ids_are_read()
    {
        string id = new('i', RecordCodec.MaximumIdLength);
        GraphRecord record = RecordVectors.Read(RecordVectors.Plain) with { CreatorId = id, ModifierId = id, GraphId = id };

        GraphRecord read = RecordVectors.Read(RecordCodec.Encode(record));
        Assert.Equal((id, id, id), (read.CreatorId, read.ModifierId, read.GraphId));
    }

    private static byte[] With(int position, byte value)
    {
        byte[] bytes = [.. RecordVectors.Plain];
        bytes[position] = value;
        return bytes;
    }

    private static void AssertFaults(int position, RecordFault fault, params uint[] lengths)
    {
        foreach (uint length in lengths)
        {
            byte[] bytes = [.. RecordVectors.Plain];
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(position), length);
            AssertFault(fault, bytes);
        }
    }

    private static void AssertFault(RecordFault fault, byte[] bytes)
    {
        Assert.Equal(fault, RecordCodec.Read(bytes, out GraphRecord? record));
        Assert.Null(record);
    }
}
