using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>MS-PNRP 3.2.4, 3.2.7.2, 4.2, 4.3.</summary>
public sealed class RegistrationMachineTests : IDisposable
{
    private readonly Machine _machine = new();

    [Fact]
    public void A_registration_looks_up_its_id_plus_one_and_shows_its_own_entry()
    {
        Machine.Peer peer = _machine.NewPeer(10);
        _machine.Learn(peer.Entry);
        LocalName own = Register();

        Machine.Sent sent = _machine.Take(PnrpMessageType.Lookup);
        LookupMessage lookup = sent.AsLookup();
        Assert.Equal(own.Id.Next, lookup.Target);
        Assert.Equal(peer.Entry.Id, lookup.ValidateId);
        Assert.Equal(ResolveReason.Registration, lookup.Reason);
        Assert.Equal(ResolveCriteria.None, lookup.Criteria);
        Assert.Equal(own.Id, lookup.BestMatch!.Id);
        Assert.True(lookup.BestMatch.Has(Machine.Local));

        _machine.Answer(sent, AuthorityFlags.LeafSet);
        Assert.Equal(
            [PeerRegistrationState.Waiting, PeerRegistrationState.Announcing, PeerRegistrationState.Registered],
            _machine.Registrations);
    }

    [Fact]
    public void A_registration_waits_until_another_node_is_known()
    {
        LocalName own = Register();
        Assert.Equal(PeerRegistrationState.Waiting, _machine.Pnrp.GetRegistrationState(own.Id));
        Assert.Empty(_machine.TakeAll(PnrpMessageType.Lookup));

        _machine.Learn(_machine.NewPeer(10));

        Assert.Single(_machine.TakeAll(PnrpMessageType.Lookup));
    }

    [Fact]
    public void A_neighbor_that_names_a_dead_node_again_and_again_is_asked_less_and_less()
    {
        RouteEntry living = Machine.Route(10, Machine.IdAt(0.3));
        RouteEntry dead = Machine.Route(11, Machine.IdAt(0.6));
        _machine.Learn(living);
        Register();
        int announcements = 0;
        for (int second = 0; second < 900; second++)
        {
            foreach (Machine.Sent inquire in _machine.TakeAll(PnrpMessageType.Inquire))
            {
                if (inquire.Destination == living.GetEndpoint(0))
                {
                    _machine.Answer(inquire);
                }
            }

            foreach (Machine.Sent lookup in _machine.TakeAll(PnrpMessageType.Lookup))
            {
                bool isAnnouncement = lookup.AsLookup().Reason == ResolveReason.Registration;
                if (lookup.Destination == living.GetEndpoint(0))
                {
                    announcements += isAnnouncement ? 1 : 0;
                    _machine.Answer(lookup, route: isAnnouncement ? dead : null);
                }
            }

            _machine.Outbox.Clear();
            _machine.Advance(TimeSpan.FromSeconds(1));
        }

        // At first, then after 15, 30, 60, 120, 240 and 300 seconds; each asks twice, as the dead node leads back.
        Assert.InRange(announcements, 5, 2 * 8);
    }

    [Fact]
    public void Unregistering_revokes_at_both_neighbours_and_mends_the_edges()
    {
        LocalName own = Register();
        Machine.Peer[] peers = [.. Enumerable.Range(10, 12).Select(host => _machine.NewPeer(host))];
        Array.ForEach(peers, _machine.Learn);
        _machine.Outbox.Clear();
        Machine.Peer[] upwards = [.. peers.OrderBy(peer => own.Id.ClockwiseTo(peer.Entry.Id))];
        Machine.Peer[] downwards = [.. upwards.Reverse()];

        Assert.True(_machine.Pnrp.Unregister(_machine.Now, own.Id));

        Dictionary<PnrpEndpoint, Machine.Sent> floods =
            _machine.TakeAll(PnrpMessageType.Flood).ToDictionary(flood => flood.Destination);
        Assert.Equal(4, floods.Count);
        foreach (Machine.Peer neighbour in (Machine.Peer[])[upwards[0], downwards[0]])
        {
            FloodMessage flood = floods[neighbour.Endpoint].AsFlood();
            Assert.Equal(neighbour.Entry.Id, flood.ValidateId);
            CpaVerdict verdict = AuthorityValidator.ValidateRevoke(
                _machine.Suite, flood.RevokeCpa, _machine.Now.Utc, out PnrpId revoked, out _, out _);
            Assert.Equal(CpaVerdict.Valid, verdict);
            Assert.Equal(own.Id, revoked);
        }

        Assert.Equal(upwards[0].Entry.Id, floods[downwards[4].Endpoint].AsFlood().RouteEntry!.Id);
        Assert.Equal(downwards[0].Entry.Id, floods[upwards[4].Endpoint].AsFlood().RouteEntry!.Id);
        Assert.Equal(0, _machine.Pnrp.RegisteredCount);
        Assert.Equal(PeerRegistrationState.Unregistered, _machine.Registrations[^1]);
        Assert.False(_machine.Pnrp.Unregister(_machine.Now, own.Id));
    }

    [Fact]
    public void An_inquire_for_a_withdrawn_id_is_answered_with_N_even_after_closing()
    {
        LocalName own = Register();
        _machine.Learn(_machine.NewPeer(10));
        _machine.Outbox.Clear();
        _machine.Pnrp.Close(_machine.Now);
        Assert.True(_machine.Pnrp.IsFarewellPending);
        Assert.Equal(PeerCloudState.Disabled, _machine.Pnrp.State);
        Assert.False(_machine.HasLeft);

        _machine.Receive(Machine.EndpointOf(10), new InquireMessage { ValidateId = own.Id });

        Assert.Equal(
            AuthorityFlags.NotFound, _machine.Take(PnrpMessageType.Authority).AsAuthority(out _).Flags);
        _machine.AcknowledgeFloods();
        Assert.False(_machine.Pnrp.IsFarewellPending);
        Assert.True(_machine.HasLeft);
    }

    [Fact]
    public void Who_is_not_answered_has_left_all_the_same()
    {
        Register();
        _machine.Learn(_machine.NewPeer(10));
        _machine.Pnrp.Close(_machine.Now);

        _machine.Advance(TimeSpan.FromSeconds(1.5));
        Assert.False(_machine.HasLeft);
        _machine.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_machine.HasLeft);
    }

    [Fact]
    public void The_end_of_a_lifetime_is_told_and_nothing_is_withdrawn_unasked()
    {
        LocalName own = Register();
        _machine.Pnrp.SetLifetime(_machine.Now, own.Id, TimeSpan.FromHours(10));

        _machine.Advance(TimeSpan.FromHours(9));
        Assert.Empty(_machine.LifetimesOver);
        _machine.Advance(TimeSpan.FromHours(1));

        Assert.Equal([own.Id], _machine.LifetimesOver);
        Assert.Equal(1, _machine.Pnrp.RegisteredCount);
    }

    [Fact]
    public void A_lifetime_goes_with_the_name_to_its_next_id_and_ends_with_it()
    {
        LocalName own = Register();
        LocalName moved = _machine.NewName("own", suffix: 6);
        _machine.Pnrp.SetLifetime(_machine.Now, own.Id, TimeSpan.FromMinutes(10));
        _machine.Pnrp.Update(_machine.Now, own.Id, moved);

        _machine.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal([moved.Id], _machine.LifetimesOver);

        _machine.Pnrp.SetLifetime(_machine.Now, moved.Id, TimeSpan.FromMinutes(10));
        _machine.Pnrp.SetLifetime(_machine.Now, moved.Id, lifetime: null);
        _machine.Advance(TimeSpan.FromMinutes(10));
        _machine.Pnrp.SetLifetime(_machine.Now, moved.Id, TimeSpan.FromMinutes(10));
        _machine.Pnrp.Unregister(_machine.Now, moved.Id);
        _machine.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(_machine.LifetimesOver);
    }

    [Fact]
    public void New_addresses_are_announced()
    {
        _machine.Learn(_machine.NewPeer(10).Entry);
        LocalName own = Register();
        _machine.Answer(_machine.Take(PnrpMessageType.Lookup));
        PnrpEndpoint moved = Machine.EndpointOf(2);

        _machine.Pnrp.SetOwnAddresses(_machine.Now, new OwnAddresses([moved]));

        LookupMessage lookup = _machine.Take(PnrpMessageType.Lookup).AsLookup();
        Assert.Equal(own.Id, lookup.BestMatch!.Id);
        Assert.Equal(moved, lookup.BestMatch.GetEndpoint(0));
        Assert.Equal(moved, lookup.Path[0]);
    }

    [Fact]
    public void An_update_is_what_the_next_inquire_shows()
    {
        PeerPrivateKey key = _machine.NewKey();
        LocalName own = _machine.NewName("own", key: key);
        _machine.Pnrp.Register(_machine.Now, own);
        var changed = new LocalName(key, own.Name, 1, 5, new LocalNamePayload { Text = "changed" });
        Assert.Equal(own.Id, changed.Id);

        _machine.Pnrp.Update(_machine.Now, own.Id, changed);
        _machine.Receive(
            Machine.EndpointOf(10), new InquireMessage { ValidateId = own.Id, Flags = InquireFlags.All, Nonce = 1 });

        AuthorityBuffer buffer = _machine.Take(PnrpMessageType.Authority).AsAuthority(out _);
        AuthorityValidator.Validate(
            _machine.Suite, buffer, own.Id, 1, _machine.Now.Utc, out CertifiedName? name, InquireFlags.All);
        Assert.Equal("changed", name!.Text);
    }

    [Fact]
    public void A_thousand_names_are_announced_a_few_at_a_time()
    {
        _machine.Learn(_machine.NewPeer(10).Entry);
        PeerPrivateKey key = _machine.NewKey();
        for (int i = 0; i < 1000; i++)
        {
            _machine.Pnrp.Register(_machine.Now, _machine.NewName($"{i}", key: key));
        }

        int announced = 0;
        while (_machine.TakeAll(PnrpMessageType.Lookup) is { Count: > 0 } lookups)
        {
            Assert.InRange(lookups.Count, 1, 8);
            announced += lookups.Count;
            lookups.ForEach(lookup => _machine.Answer(lookup));
        }

        Assert.Equal(1000, announced);
    }

    [Fact]
    public void Leaf_sets_hold_the_five_nearest_on_each_side()
    {
        LocalName own = Register();
        Machine.Peer[] peers = [.. Enumerable.Range(10, 15).Select(host => _machine.NewPeer(host))];
        foreach (Machine.Peer peer in peers)
        {
            _machine.Receive(peer.Endpoint, new FloodMessage { DoNotAcknowledge = true, RouteEntry = peer.Entry });
            Machine.Sent inquire = _machine.TakeAll(PnrpMessageType.Inquire)
                .Find(sent => sent.AsInquire().ValidateId == peer.Entry.Id)!;
            if (inquire is not null)
            {
                _machine.AnswerAsPublisher(inquire, peer);
            }

            _machine.AcknowledgeFloods();
        }

        PnrpId[] upwards = [.. peers.Select(peer => peer.Entry.Id).OrderBy(own.Id.ClockwiseTo)];
        PnrpId[] expected = [.. upwards[..5], .. upwards[^5..]];
        Assert.Equal(10, _machine.Pnrp.GetLeafSetCount(own.Id));
        Assert.Equal(
            expected.Order(),
            _machine.Pnrp.GetCache().Where(entry => entry.IsLeaf).Select(entry => entry.PnrpId).Order());
    }

    public void Dispose() => _machine.Dispose();

    private LocalName Register()
    {
        LocalName name = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, name);
        return name;
    }
}
