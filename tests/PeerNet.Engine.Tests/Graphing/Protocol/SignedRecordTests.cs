using System.Collections;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>A node without the key passes on what others have signed, and can change nothing about it.</summary>
public sealed class SignedRecordTests
{
    private static readonly string Attributes = PeerRecordAttributes.FromDictionary(new Hashtable { ["a"] = "b" });

    /// <summary>What somebody makes of a record without touching its data, such that no rule of the graph is broken.</summary>
    public static TheoryData<string> Forgeries =>
        ["creator", "modifier", "version", "id", "type", "created", "expires", "modified", "attributes", "tombstone"];

    [Fact]
    public void What_is_signed_is_taken_from_whoever_passes_it_on()
    {
        GraphBench bench = GraphBench.Created(provider: new SigningProvider());
        GraphRecord signed = Signed();

        bench.Flood(bench.AddNeighbor(5), signed);

        Assert.NotNull(bench.Store.Find(signed.Id));
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void What_is_changed_is_signed_by_nobody(string what)
    {
        GraphBench bench = GraphBench.Created(provider: new SigningProvider());
        GraphRecord forged = Forge(Signed(), what);
        Assert.Equal(RecordFault.None, RecordRules.Check(forged, GraphBench.GraphId, 0));

        bench.Flood(bench.AddNeighbor(5), forged);

        Assert.Null(bench.Store.Find(forged.Id));
        Assert.Equal(1, bench.Dropped(GraphDropReason.RejectedRecord));
    }

    [Fact]
    public void A_signature_is_good_in_one_graph()
    {
        GraphSecurityRecord here = Secured(out _);

        Assert.NotEqual(here.SignedContent, (here with { GraphId = "another" }).SignedContent);
        Assert.NotEqual(here.SignedContent, (here with { Data = [8] }).SignedContent);
        Assert.Equal(here.SignedContent, (here with { SecurityData = [1] }).SignedContent);
    }

    private static GraphRecord Signed()
    {
        Secured(out GraphRecord signed);
        return signed;
    }

    private static GraphSecurityRecord Secured(out GraphRecord signed)
    {
        GraphBench author = GraphBench.Created(provider: new SigningProvider());
        signed = author.Machine.Add(author.Now, new()
        {
            Type = GraphBench.Type,
            Payload = new byte[] { 7 },
            Expires = PeerTime.FromUtc(author.Now.Utc.AddHours(1), TimeSpan.Zero),
        });
        return new(
            signed.GraphId, signed.Type, signed.Id, signed.Version, signed.CreatorId, signed.ModifierId, signed.Created.Ticks,
            signed.Expires.Ticks, signed.Modified.Ticks, signed.IsDeleted, signed.Attributes, [7], signed.SecurityData.ToArray());
    }

    private static GraphRecord Forge(GraphRecord record, string what) => what switch
    {
        "creator" => record with { CreatorId = "eve", Id = RecordIds.Create(record.Type, "eve", new SeededRandom(1)) },
        "modifier" => record with { ModifierId = "eve", Version = 2, Modified = new(record.Modified.Ticks + 1) },
        "version" => record with { Version = 2 },
        "id" => record with { Id = RecordIds.Create(record.Type, record.CreatorId, new SeededRandom(1)) },
        "type" => record with { Type = Guid.Parse("11111111-1111-4111-8111-111111111111") },
        "created" => record with { Created = new(record.Created.Ticks - 1) },
        "expires" => record with { Expires = new(record.Expires.Ticks + 1) },
        "modified" => record with { Modified = new(record.Modified.Ticks + 1) },
        "attributes" => record with { Attributes = Attributes },
        _ => record with { IsDeleted = true, Payload = default },
    };
}
