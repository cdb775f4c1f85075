using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>What is renewed, what expires, and who keeps the graph's own records.</summary>
public sealed class GraphTimersTests
{
    private static readonly Guid Type = GraphBench.Type;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PartBench _bench = new();

    [Fact]
    public void What_is_renewed_is_renewed_before_it_expires_and_for_as_long_as_before()
    {
        GraphRecord record = _bench.Records.New(Type, new byte[] { 1 }, _bench.Core.PeerNow + (100 * Second));
        _bench.Records.Publish(record, PeerRecordChangeType.Added);
        _bench.Records.Refresh(record);
        Assert.Equal(80 * Second, _bench.Records.Due);

        _bench.PassUntil(_bench.Records.Due);
        _bench.Records.Advance();

        (PeerRecordChangeType change, GraphRecord renewed) = _bench.Published[^1];
        Assert.Equal((PeerRecordChangeType.Updated, 2U), (change, renewed.Version));
        Assert.Equal(_bench.Core.PeerNow + (100 * Second), renewed.Expires);
        Assert.Equal(160 * Second, _bench.Records.Due);
    }

    [Fact]
    public void What_is_forgotten_is_not_renewed()
    {
        GraphRecord record = _bench.NewRecord(Type, [1]);
        _bench.Records.Refresh(record);
        _bench.Records.Forget(record.Id);
        _bench.Pass(TimeSpan.FromHours(1));
        _bench.Records.Advance();

        Assert.False(_bench.Records.IsRefreshed(record.Id));
        Assert.Empty(_bench.Published);
    }

    [Fact]
    public void The_node_with_the_lowest_id_publishes_the_signature()
    {
        GraphSignature signature = NewSignature();
        signature.Calculate();
        Assert.NotEqual(TimeSpan.MaxValue, signature.Due);

        _bench.PassUntil(signature.Due);
        signature.Advance();

        Assert.Equal(_bench.Core.NodeId, signature.Value);
        Assert.True(_bench.Records.IsRefreshed(RecordTypes.SignatureId));
        signature.Withdraw();
        Assert.Equal(PeerRecordChangeType.Deleted, _bench.Published[^1].Change);
    }

    [Fact]
    public void A_signature_that_is_too_high_is_corrected_soon_and_a_lower_one_stays()
    {
        GraphSignature signature = NewSignature();
        signature.Kept(_bench.NewRecord(RecordTypes.Signature, SignaturePayload.Encode(ulong.MaxValue)));
        Assert.Equal(0.1 * Second, signature.Due);
        _bench.PassUntil(signature.Due);
        signature.Advance();
        Assert.Equal(_bench.Core.NodeId, signature.Value);

        int changes = _bench.Published.Count;
        signature.Kept(_bench.NewRecord(RecordTypes.Signature, SignaturePayload.Encode(_bench.Core.NodeId - 1)));
        _bench.PassUntil(signature.Due);
        signature.Advance();

        Assert.Equal(changes, _bench.Published.Count);
        Assert.False(_bench.Records.IsRefreshed(RecordTypes.SignatureId));
    }

    [Fact]
    public void The_creator_renews_the_graph_info_before_the_signature_node_and_that_one_before_others()
    {
        GraphSignature signature = NewSignature();
        var info = new GraphInfo(_bench.Core, _bench.Records, signature, () => { });
        _bench.Core.Properties = null;
        info.Kept(NewInfo(GraphBench.PeerId));
        TimeSpan creator = info.Due;

        _bench.Core.Properties = null;
        signature.Kept(_bench.NewRecord(RecordTypes.Signature, SignaturePayload.Encode(_bench.Core.NodeId)));
        info.Kept(NewInfo("other"));
        TimeSpan signatureNode = info.Due;

        signature.Forget();
        info.Schedule();

        Assert.Equal((280 * Second, 285 * Second), (creator, signatureNode));
        Assert.InRange(info.Due, 288 * Second, 298 * Second);
    }

    [Fact]
    public void What_has_expired_is_purged_and_nothing_sooner_than_after_a_quarter_of_a_minute()
    {
        List<Guid> purged = [];
        var expiration = new Expiration(_bench.Core, key =>
        {
            _bench.Store.Remove(key.Id);
            purged.Add(key.Id);
            return true;
        });
        GraphRecord record = _bench.NewRecord(Type, [1], 60 * Second);
        expiration.Begin();
        expiration.Advance();
        Assert.Empty(purged);
        Assert.Equal(60 * Second, expiration.Due);

        _bench.Pass(61 * Second);
        expiration.Advance();
        Assert.Equal([record.Id], purged);

        expiration.By(_bench.Core.PeerNow + Second);
        Assert.Equal(76 * Second, expiration.Due);
    }

    // So that nobody waits for the database meanwhile.
    [Fact]
    public void Many_that_have_expired_are_purged_a_page_at_a_time()
    {
        int purged = 0;
        var expiration = new Expiration(_bench.Core, key =>
        {
            _bench.Store.Remove(key.Id);
            purged++;
            return true;
        });
        for (int i = 0; i < 1200; i++)
        {
            _bench.NewRecord(Type, [1], Second);
        }

        _bench.Pass(60 * Second);
        List<int> pages = [];
        for (expiration.Begin(); expiration.Due <= _bench.Core.Elapsed;)
        {
            expiration.Advance();
            pages.Add(purged);
        }

        Assert.Equal([500, 1000, 1200], pages);
    }

    [Fact]
    public void Nothing_expires_without_neighbors_where_the_graph_defers_it()
    {
        var expiration = new Expiration(_bench.Core, _ => throw new InvalidOperationException("It was purged."));
        _bench.Core.Properties = _bench.Core.Properties! with { DefersExpiration = true };
        _bench.NewRecord(Type, [1], Second);
        expiration.Begin();
        _bench.Pass(60 * Second);

        expiration.Advance();
        Assert.Equal(TimeSpan.MaxValue, expiration.Due);

        expiration.Resume();
        Assert.Equal(_bench.Core.Elapsed, expiration.Due);
    }

    private GraphSignature NewSignature()
    {
        GraphSignature? signature = null;
        signature = new(_bench.Core, _bench.Records, () => { });
        _bench.Then = record => signature.Kept(record);
        return signature;
    }

    private GraphRecord NewInfo(string creator)
    {
        byte[] payload = GraphInfoPayload.Encode(new GraphProperties { GraphId = GraphBench.GraphId, CreatorId = creator });
        return _bench.NewRecord(RecordTypes.GraphInfo, payload, 300 * Second) with { CreatorId = creator };
    }
}
