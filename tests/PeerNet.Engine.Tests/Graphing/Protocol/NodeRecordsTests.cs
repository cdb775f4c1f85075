using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

/// <summary>Presence and contacts: what nodes tell of themselves.</summary>
public sealed class NodeRecordsTests
{
    private readonly PartBench _bench = new();
    private readonly List<(PeerGraphNodeChangeType Change, ulong Node)> _told = [];
    private readonly List<ulong> _met = [];
    private readonly GraphSignature _signature;
    private readonly Presence _presence;
    private readonly Contacts _contacts;

    public NodeRecordsTests()
    {
        _signature = new(_bench.Core, _bench.Records, () => _contacts!.Refresh());
        _presence = new(_bench.Core, _bench.Records, node => _met.Add(node.NodeId), (change, node) => _told.Add((change, node.NodeId)));
        _contacts = new(_bench.Core, _bench.Records, _signature, node => _met.Add(node.NodeId));
        _bench.Then = Keep;
    }

    private ulong Own => _bench.Core.NodeId;

    [Fact]
    public void A_node_comes_changes_and_goes()
    {
        GraphRecord record = NewPresence(5, "one");
        _presence.Kept(record);
        _presence.Kept(record);
        _presence.Kept(record with { Payload = new PresencePayload(5, "two", [GraphBench.Local]).Encode() });
        _presence.Kept(record with { IsDeleted = true });

        Assert.Equal([(PeerGraphNodeChangeType.Connected, 5UL), (PeerGraphNodeChangeType.Updated, 5UL), (PeerGraphNodeChangeType.Disconnected, 5UL)], _told);
        Assert.Equal([5UL, 5UL, 5UL], _met);
        Assert.Equal(0, _presence.Known.Count);
    }

    [Fact]
    public void Where_all_shall_be_present_this_node_is_at_once_and_says_what_changes()
    {
        SetMaximumPresence(GraphProperties.EveryNode);
        _presence.Maintain();
        _presence.Describe("attributes");
        _presence.Describe("attributes");
        _bench.Core.Endpoints = [];
        _presence.Refresh();

        Assert.Equal(
            [PeerRecordChangeType.Added, PeerRecordChangeType.Updated, PeerRecordChangeType.Deleted], _bench.Published.Select(published => published.Change));
        Assert.Single(_bench.Published.Select(published => published.Record.Id).Distinct());
        Assert.Equal([(PeerGraphNodeChangeType.Connected, Own), (PeerGraphNodeChangeType.Updated, Own), (PeerGraphNodeChangeType.Disconnected, Own)], _told);
    }

    [Fact]
    public void Of_too_few_present_nodes_one_more_joins_them_after_a_time_of_chance()
    {
        SetMaximumPresence(3);
        _presence.Maintain();
        Assert.Empty(_bench.Published);
        Assert.InRange(_presence.Due, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(180));

        _bench.PassUntil(_presence.Due);
        _presence.Advance();

        Assert.Equal(PeerRecordChangeType.Added, Assert.Single(_bench.Published).Change);
        Assert.Equal(TimeSpan.MaxValue, _presence.Due);
    }

    [Fact]
    public void Of_far_too_many_this_node_withdraws_itself()
    {
        SetMaximumPresence(3);
        _presence.Maintain();
        _bench.PassUntil(_presence.Due);
        _presence.Advance();
        for (ulong node = 1; node <= 13; node++)
        {
            _presence.Kept(NewPresence(node, ""));
        }

        _bench.PassUntil(_presence.Due);
        _presence.Advance();

        Assert.Equal(PeerRecordChangeType.Deleted, _bench.Published[^1].Change);
        Assert.Equal(TimeSpan.MaxValue, _presence.Due);
    }

    [Fact]
    public void Who_is_told_to_be_present_is_whatever_the_graph_wants()
    {
        _presence.Force(true);
        Assert.Single(_bench.Published);

        SetMaximumPresence(0);
        _presence.Force(false);
        Assert.Equal(PeerRecordChangeType.Deleted, _bench.Published[^1].Change);
    }

    [Fact]
    public void Nobody_is_a_contact_before_there_is_a_signature()
    {
        _contacts.Schedule();
        _bench.PassUntil(_contacts.Due);
        _contacts.Advance();
        Assert.Empty(_bench.Published);

        _signature.Kept(_bench.NewRecord(RecordTypes.Signature, SignaturePayload.Encode(1)));
        _bench.PassUntil(_contacts.Due);
        _contacts.Advance();

        Assert.True(_contacts.IsContact);
        Assert.True(ContactPayload.TryRead(Assert.Single(_bench.Published).Record.Payload.Span, out ContactPayload contact));
        Assert.Equal((1UL, Own), (contact.Signature, contact.NodeId));
    }

    [Fact]
    public void A_contact_says_so_when_the_signature_is_another()
    {
        Nobody_is_a_contact_before_there_is_a_signature();

        _signature.Kept(_bench.NewRecord(RecordTypes.Signature, SignaturePayload.Encode(2)));

        Assert.Equal(PeerRecordChangeType.Updated, _bench.Published[^1].Change);
        Assert.True(ContactPayload.TryRead(_bench.Published[^1].Record.Payload.Span, out ContactPayload contact));
        Assert.Equal(2UL, contact.Signature);
    }

    [Fact]
    public void Learned_anew_nothing_is_known_that_is_not_stored()
    {
        _presence.Kept(NewPresence(5, ""));

        Assert.Equal(5UL, Assert.Single(_presence.Clear()).NodeId);
        Assert.Equal(0, _presence.Known.Count);
    }

    private void Keep(GraphRecord record)
    {
        if (record.Type == RecordTypes.Presence)
        {
            _presence.Kept(record);
        }
        else if (record.Type == RecordTypes.Contact)
        {
            _contacts.Kept(record);
        }
    }

    private void SetMaximumPresence(uint maximum) =>
        _bench.Core.Properties = _bench.Core.Properties! with { MaximumPresence = maximum };

    private GraphRecord NewPresence(ulong node, string attributes) =>
        _bench.NewRecord(RecordTypes.Presence, new PresencePayload(node, attributes, [GraphBench.Local]).Encode());
}
