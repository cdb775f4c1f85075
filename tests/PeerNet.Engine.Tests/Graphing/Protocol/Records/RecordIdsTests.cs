using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Records;

public sealed class RecordIdsTests
{
    private static readonly Guid Type = new("11223344-5566-7788-99aa-bbccddeeff00");

    [Theory]
    [InlineData("peer", 0x6EAB8E35E020E4F0)]
    [InlineData("alice", 0x0FC45415BECB2F47)]
    public void The_upper_half_is_the_folded_MD5_of_the_creator(string creatorId, ulong half)
    {
        Assert.Equal(half, RecordIds.GetUpperHalf(creatorId));
        Assert.Equal(half, RecordIds.GetUpperHalf(RecordIds.Create(Type, creatorId, new SeededRandom(1))));
    }

    [Fact]
    public void The_lower_half_is_chance()
    {
        var random = new SeededRandom(2);
        Guid[] ids = [.. Enumerable.Range(0, 1000).Select(_ => RecordIds.Create(Type, "peer", random))];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(RecordIds.IsValid(id, Type, "peer")));
        Assert.All(ids, id => Assert.False(RecordIds.IsValid(id, Type, "alice")));
    }

    [Fact]
    public void Graph_info_and_signature_have_one_id()
    {
        var random = new SeededRandom(3);

        Assert.Equal(RecordTypes.GraphInfoId, RecordIds.Create(RecordTypes.GraphInfo, "peer", random));
        Assert.Equal(RecordTypes.SignatureId, RecordIds.Create(RecordTypes.Signature, "peer", random));
        Assert.NotEqual(
            RecordIds.Create(RecordTypes.Contact, "peer", random), RecordIds.Create(RecordTypes.Contact, "peer", random));
    }
}
