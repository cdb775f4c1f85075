using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

public sealed class RecordRulesTests
{
    private static readonly GraphRecord Sound = RecordVectors.Read(RecordVectors.Full) with { Attributes = "" };

    [Fact]
    public void Sound_records_pass()
    {
        foreach (byte[] vector in (byte[][])[RecordVectors.Plain, RecordVectors.Tombstone])
        {
            Assert.Equal(RecordFault.None, RecordRules.Read(vector, RecordVectors.GraphId, 0, out GraphRecord? record));
            Assert.NotNull(record);
        }
    }

    [Fact]
    public void A_record_with_a_fault_is_not_handed_over()
    {
        Assert.Equal(RecordFault.GraphId, RecordRules.Read(RecordVectors.Plain, "other", 0, out GraphRecord? record));
        Assert.Null(record);
        Assert.Equal(RecordFault.TooShort, RecordRules.Read(new byte[5], RecordVectors.GraphId, 0, out record));
        Assert.Null(record);
    }

    [Fact]
    public void Each_rule_is_told_apart()
    {
        AssertFault(RecordFault.RecordId, Sound with { CreatorId = "Peer" });
        AssertFault(RecordFault.RecordId, Sound with { Type = RecordTypes.GraphInfo });
        AssertFault(RecordFault.RecordId, Sound with { Type = RecordTypes.Signature, Id = RecordTypes.GraphInfoId });
        AssertFault(RecordFault.RecordId, Sound with { Id = RecordTypes.GraphInfoId });
        AssertFault(RecordFault.ExpirationTime, Sound with { Expires = Sound.Modified });
        AssertFault(RecordFault.ModificationTime, Sound with { Created = new(Sound.Modified.Ticks + 1) });
        AssertFault(RecordFault.GraphId, Sound with { GraphId = "Graph" });
        AssertFault(RecordFault.DeletedPayload, Sound with { IsDeleted = true });
        AssertFault(RecordFault.UnmodifiedWithModifier, Sound with { Created = Sound.Modified });
        AssertFault(RecordFault.None, Sound with { Created = Sound.Modified, ModifierId = "" });
        AssertFault(RecordFault.Attributes, Sound with { Attributes = "<attributes>" });
    }

    [Fact]
    public void The_fixed_ids_need_no_creator()
    {
        AssertFault(RecordFault.None, Sound with { Type = RecordTypes.GraphInfo, Id = RecordTypes.GraphInfoId });
        AssertFault(RecordFault.None, Sound with { Type = RecordTypes.Signature, Id = RecordTypes.SignatureId });
    }

    [Fact]
    public void Times_are_unsigned()
    {
        AssertFault(RecordFault.None, Sound with { Expires = new PeerTime(ulong.MaxValue) });
        AssertFault(RecordFault.ExpirationTime, Sound with { Modified = new PeerTime(ulong.MaxValue) });
    }

    // Payload and twice the length of the attributes, with their NUL.
    [Fact]
    public void The_size_is_that_of_payload_and_attributes()
    {
        string attributes = "<attributes><attribute name=\"a\" type=\"int\">1</attribute></attributes>";
        GraphRecord record = Sound with { Attributes = attributes, Payload = new byte[1024 - (2 * (attributes.Length + 1))] };

        Assert.Equal(RecordFault.None, RecordRules.Check(record, RecordVectors.GraphId, 1024));
        record = record with { Payload = new byte[record.Payload.Length + 1] };
        Assert.Equal(RecordFault.RecordSize, RecordRules.Check(record, RecordVectors.GraphId, 1024));
        Assert.Equal(RecordFault.None, RecordRules.Check(record, RecordVectors.GraphId, 0));
        Assert.Equal(1024, RecordCodec.GetContentLength(Sound with { Payload = new byte[1024] }));
    }

    [Fact]
    public void No_graph_allows_more_than_sixty_megabytes()
    {
        GraphRecord record = Sound with { Payload = new byte[RecordCodec.MaximumContent + 1] };

        Assert.Equal(RecordFault.RecordSize, RecordRules.Check(record, RecordVectors.GraphId, uint.MaxValue));
        Assert.Equal(RecordFault.RecordSize, RecordRules.Check(record, RecordVectors.GraphId, 0));
        Assert.Equal(
            RecordFault.None,
            RecordRules.Check(record with { Payload = record.Payload[1..] }, RecordVectors.GraphId, 0));
    }

    private static void AssertFault(RecordFault fault, GraphRecord record) =>
        Assert.Equal(fault, RecordRules.Check(record, RecordVectors.GraphId, 0));
}
