using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>MS-PNRP 3.1.5.4, 3.1.5.5, 3.2.5.5, 3.2.5.11, 4.3, 4.4.</summary>
public sealed class FloodMachineTests : IDisposable
{
    private static readonly PnrpEndpoint Sender = Machine.EndpointOf(50);

    private readonly Machine _machine = new();

    [Fact]
    public void A_flood_is_acknowledged_unless_D_is_set()
    {
        uint id = _machine.Receive(Sender, new FloodMessage());
        AckMessage ack = _machine.Take(PnrpMessageType.Ack).AsAck();
        Assert.Equal(id, ack.AckedMessageId);
        Assert.False(ack.NotFound);

        _machine.Receive(Sender, new FloodMessage { DoNotAcknowledge = true });
        Assert.Empty(_machine.Outbox);
    }

    [Fact]
    public void A_flood_to_an_id_that_is_not_here_is_acknowledged_with_N()
    {
        LocalName name = Register();
        _machine.Receive(Sender, new FloodMessage { ValidateId = Machine.IdAt(0.5) });
        Assert.True(_machine.Take(PnrpMessageType.Ack).AsAck().NotFound);
        _machine.Receive(Sender, new FloodMessage { ValidateId = name.Id });
        Assert.False(_machine.Take(PnrpMessageType.Ack).AsAck().NotFound);
    }

    [Fact]
    public void A_new_leaf_is_flooded_to_its_neighbours_and_back_to_the_sender_and_to_the_new_node()
    {
        LocalName own = Register();
        Machine.Peer[] known = [.. Enumerable.Range(10, 4).Select(host => _machine.NewPeer(host))];
        Array.ForEach(known, _machine.Learn);
        Machine.Peer newcomer = _machine.NewPeer(30);
        RouteEntry[] sorted = [.. known.Select(peer => peer.Entry).OrderBy(entry => newcomer.Entry.Id.ClockwiseTo(entry.Id))];
        RouteEntry above = sorted[0];
        RouteEntry below = sorted[^1];

        _machine.Receive(Sender, new FloodMessage { DoNotAcknowledge = true, RouteEntry = newcomer.Entry });
        _machine.AnswerAsPublisher(_machine.Take(PnrpMessageType.Inquire), newcomer);

        Dictionary<PnrpEndpoint, Machine.Sent> floods =
            _machine.TakeAll(PnrpMessageType.Flood).ToDictionary(flood => flood.Destination);
        Assert.Equal(4, floods.Count);
        foreach (RouteEntry neighbour in (RouteEntry[])[above, below])
        {
            FloodMessage flood = floods[neighbour.GetEndpoint(0)].AsFlood();
            Assert.False(flood.DoNotAcknowledge);
            Assert.Equal(neighbour.Id, flood.ValidateId);
            Assert.Equal(newcomer.Entry.Id, flood.RouteEntry!.Id);
            Assert.True(flood.AlreadyFlooded.Contains(Machine.Local));
            Assert.True(flood.AlreadyFlooded.ContainsAny(above));
            Assert.True(flood.AlreadyFlooded.ContainsAny(below));
        }

        Assert.Equal(own.Id, floods[Sender].AsFlood().RouteEntry!.Id);
        Assert.Equal(own.Id, floods[newcomer.Endpoint].AsFlood().RouteEntry!.Id);
    }

    [Fact]
    public void Nodes_that_have_seen_a_flood_are_passed_over_and_stay_in_its_list()
    {
        Register();
        Machine.Peer[] known = [.. Enumerable.Range(10, 4).Select(host => _machine.NewPeer(host))];
        Array.ForEach(known, _machine.Learn);
        Machine.Peer newcomer = _machine.NewPeer(30);
        PnrpEndpoint[] seen = [known[0].Endpoint, known[1].Endpoint];
        Span<byte> scratch = stackalloc byte[512];
        _machine.Receive(newcomer.Endpoint, new FloodMessage
        {
            DoNotAcknowledge = true,
            RouteEntry = newcomer.Entry,
            AlreadyFlooded = PnrpEndpointList.From(seen, scratch),
        });
        _machine.AnswerAsPublisher(_machine.Take(PnrpMessageType.Inquire), newcomer);

        List<Machine.Sent> forwarded = _machine.TakeAll(PnrpMessageType.Flood)
            .FindAll(flood => flood.AsFlood().RouteEntry!.Id == newcomer.Entry.Id);
        Assert.Equal(2, forwarded.Count);
        Assert.All(forwarded, flood =>
        {
            Assert.DoesNotContain(flood.Destination, seen);
            Assert.True(flood.AsFlood().AlreadyFlooded.Contains(seen[0]));
            Assert.True(flood.AsFlood().AlreadyFlooded.Contains(seen[1]));
        });
    }

    [Fact]
    public void A_known_entry_is_not_flooded_again()
    {
        Register();
        Machine.Peer peer = _machine.NewPeer(10);
        _machine.Learn(peer);
        _machine.Outbox.Clear();
        _machine.Receive(Sender, new FloodMessage { DoNotAcknowledge = true, RouteEntry = peer.Entry });
        Assert.Empty(_machine.Outbox);
    }

    [Fact]
    public void An_ack_with_N_evicts_the_node_that_was_flooded()
    {
        Machine.Sent flood = FloodSomebody(out Machine.Peer destination);
        _machine.Receive(flood.Destination, new AckMessage { AckedMessageId = flood.MessageId, NotFound = true });
        Assert.DoesNotContain(_machine.Pnrp.GetCache(), entry => entry.PnrpId == destination.Entry.Id);
    }

    [Fact]
    public void An_ack_from_elsewhere_is_dropped()
    {
        Machine.Sent flood = FloodSomebody(out Machine.Peer destination);
        _machine.Receive(Sender, new AckMessage { AckedMessageId = flood.MessageId, NotFound = true });
        Assert.Contains(_machine.Pnrp.GetCache(), entry => entry.PnrpId == destination.Entry.Id);
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.NotPending));
    }

    [Fact]
    public void A_flood_that_times_out_evicts_the_node()
    {
        FloodSomebody(out Machine.Peer destination);
        _machine.Advance(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain(_machine.Pnrp.GetCache(), entry => entry.PnrpId == destination.Entry.Id);
    }

    [Fact]
    public void A_revoke_signed_by_the_owner_removes_the_entry_and_goes_outward()
    {
        LocalName own = Register();
        Machine.Peer[] peers = [.. Enumerable.Range(10, 6).Select(host => _machine.NewPeer(host, secure: true))];
        Array.ForEach(peers, _machine.Learn);
        Machine.Peer next = peers.MinBy(peer => own.Id.ClockwiseTo(peer.Entry.Id))!;
        Machine.Peer previous = peers.MinBy(peer => peer.Entry.Id.ClockwiseTo(own.Id))!;
        Machine.Peer revoked = own.Id.ClockwiseTo(next.Entry.Id) <= next.Entry.Id.ClockwiseTo(own.Id) ? next : previous;
        Machine.Peer outward = revoked == next ? previous : next;

        Revoke(revoked.Name.BuildRevokeCpa(_machine.Now.Utc));

        Assert.DoesNotContain(_machine.Pnrp.GetCache(), entry => entry.PnrpId == revoked.Entry.Id);
        Machine.Sent flood = Assert.Single(_machine.TakeAll(PnrpMessageType.Flood));
        Assert.Equal(outward.Endpoint, flood.Destination);
        Assert.False(flood.AsFlood().RevokeCpa.IsEmpty);
    }

    [Fact]
    public void A_revoke_of_an_unsecured_name_only_makes_this_node_ask()
    {
        Machine.Peer peer = _machine.NewPeer(10);
        Register();
        _machine.Learn(peer);

        Revoke(peer.Name.BuildRevokeCpa(_machine.Now.Utc));
        Machine.Sent inquire = _machine.Take(PnrpMessageType.Inquire);
        Assert.Equal(peer.Endpoint, inquire.Destination);
        _machine.Answer(inquire, route: peer.Entry);
        Assert.Equal(1, _machine.Pnrp.CacheCount);

        Revoke(peer.Name.BuildRevokeCpa(_machine.Now.Utc));
        _machine.Answer(_machine.Take(PnrpMessageType.Inquire), AuthorityFlags.NotFound);
        Assert.Equal(0, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void A_revoke_with_a_broken_signature_is_dropped()
    {
        Machine.Peer peer = _machine.NewPeer(10, secure: true);
        Register();
        _machine.Learn(peer);
        byte[] cpa = peer.Name.BuildRevokeCpa(_machine.Now.Utc);
        cpa[^1] ^= 1;

        Revoke(cpa);

        Assert.Equal(1, _machine.Pnrp.CacheCount);
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.InvalidCpa));
    }

    [Fact]
    public void A_replayed_revoke_does_not_touch_a_newer_registration()
    {
        Register();
        PeerPrivateKey key = _machine.NewKey();
        LocalName older = _machine.NewName("again", secure: true, suffix: 1, key);
        Machine.Peer newer = Machine.PeerAt(10, _machine.NewName("again", secure: true, suffix: 2, key));
        _machine.Learn(newer);

        Revoke(older.BuildRevokeCpa(_machine.Now.Utc));

        Assert.Equal(1, _machine.Pnrp.CacheCount);
    }

    public void Dispose() => _machine.Dispose();

    private LocalName Register()
    {
        LocalName name = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, name);
        return name;
    }

    private void Revoke(byte[] cpa) =>
        _machine.Receive(Sender, new FloodMessage { DoNotAcknowledge = true, RevokeCpa = cpa });

    /// <summary>Two peers: learning of the second floods it to the first.</summary>
    private Machine.Sent FloodSomebody(out Machine.Peer destination)
    {
        Register();
        Machine.Peer first = _machine.NewPeer(10);
        _machine.Learn(first);
        Machine.Peer second = _machine.NewPeer(11);
        _machine.Receive(second.Endpoint, new FloodMessage { DoNotAcknowledge = true, RouteEntry = second.Entry });
        _machine.AnswerAsPublisher(_machine.Take(PnrpMessageType.Inquire), second);
        destination = first;
        return _machine.TakeAll(PnrpMessageType.Flood).Single(flood => flood.Destination == first.Endpoint);
    }
}
