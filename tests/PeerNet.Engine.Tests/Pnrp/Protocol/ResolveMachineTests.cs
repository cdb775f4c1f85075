using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>MS-PNRP 3.1.4.4.2, 3.1.5.6.1, 4.1.3.</summary>
public sealed class ResolveMachineTests : IDisposable
{
    private readonly Machine _machine = new();

    [Fact]
    public void A_name_is_found_by_way_of_nearer_nodes_with_backtracking()
    {
        Machine.Peer wanted = _machine.NewPeer(33);
        PnrpId target = wanted.Entry.Id;
        RouteEntry node1 = Machine.Route(1001, Beside(target, 40));
        RouteEntry node2 = Machine.Route(1002, Beside(target, 60));
        RouteEntry node2a = Machine.Route(1003, Beside(target, 80));
        _machine.Learn(node1);

        int resolve = Resolve(target);
        Machine.Sent lookup = TakeLookup(node1);
        Assert.Equal(Machine.Local, lookup.AsLookup().Path[0]);
        Assert.Equal(1, lookup.AsLookup().Path.Count);
        Assert.True(lookup.AsLookup().AcceptAny);
        Assert.Equal(ResolveReason.AppRequest, lookup.AsLookup().Reason);
        _machine.Answer(lookup, route: node2);

        lookup = TakeLookup(node2);
        Assert.True(lookup.AsLookup().Path.Contains(node1.GetEndpoint(0)));
        _machine.Answer(lookup);

        lookup = TakeLookup(node1);
        Assert.True(lookup.AsLookup().Path.Contains(node2.GetEndpoint(0)));
        _machine.Answer(lookup, route: node2a);
        _machine.Answer(TakeLookup(node2a), route: wanted.Entry);

        Machine.Sent inquire = TakeProof(wanted.Endpoint);
        Assert.Equal(InquireFlags.All, inquire.AsInquire().Flags);
        _machine.AnswerAsPublisher(inquire, wanted);

        (int found, CertifiedName name, IReadOnlyList<ResolveHop> path) = Assert.Single(_machine.Found);
        Assert.Equal(resolve, found);
        Assert.Equal(wanted.Name.Name, name.Name);
        Assert.Equal(5, path.Count);
        Assert.Equal((resolve, false), Assert.Single(_machine.Ended));
    }

    [Fact]
    public void A_search_that_leads_nowhere_ends_and_is_not_lossy()
    {
        RouteEntry node = Machine.Route(10, Machine.IdAt(0.3));
        _machine.Learn(node);
        int resolve = Resolve(Machine.IdAt(0.5));
        _machine.Answer(TakeLookup(node));
        Assert.Equal((resolve, false), Assert.Single(_machine.Ended));
        Assert.Empty(_machine.Found);
    }

    [Fact]
    public void A_hop_that_does_not_answer_is_dropped_and_the_next_one_asked()
    {
        RouteEntry near = Machine.Route(10, Machine.IdAt(0.45));
        RouteEntry far = Machine.Route(11, Machine.IdAt(0.1));
        _machine.Learn(near);
        _machine.Learn(far);
        int resolve = Resolve(Machine.IdAt(0.5));
        TakeLookup(near);
        _machine.Advance(TimeSpan.FromSeconds(1));
        TakeLookup(near);
        _machine.Advance(TimeSpan.FromSeconds(1));

        Assert.DoesNotContain(_machine.Pnrp.GetCache(), entry => entry.PnrpId == near.Id);
        Machine.Sent lookup = TakeLookup(far);
        Assert.True(lookup.AsLookup().Path.Contains(near.GetEndpoint(0)));
        _machine.Answer(lookup);
        Assert.Equal((resolve, true), Assert.Single(_machine.Ended));
    }

    [Fact]
    public void A_hop_that_denies_its_id_leaves_the_cache()
    {
        RouteEntry node = Machine.Route(10, Machine.IdAt(0.45));
        _machine.Learn(node);
        Resolve(Machine.IdAt(0.5));
        _machine.Answer(TakeLookup(node), AuthorityFlags.NotFound);
        Assert.Equal(0, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void More_than_six_suspicious_hops_end_a_search()
    {
        PnrpId target = Machine.IdAt(0.5);
        RouteEntry hop = Machine.Route(1000, Beside(target, 20));
        _machine.Learn(hop);
        Resolve(target);
        int asked = 0;
        while (_machine.Outbox.Exists(sent => sent.Type == PnrpMessageType.Lookup))
        {
            asked++;
            RouteEntry next = Machine.Route(1000 + asked, Beside(target, 20 + (4 * asked)));
            _machine.Answer(_machine.Take(PnrpMessageType.Lookup), AuthorityFlags.LeafSet, next);
        }

        Assert.Equal(7, asked);
        Assert.Single(_machine.Ended);
    }

    [Fact]
    public void More_than_twenty_two_useful_hops_end_a_search()
    {
        PnrpId target = Machine.IdAt(0.5);
        _machine.Learn(Machine.Route(1000, Beside(target, 10)));
        Resolve(target);
        int asked = 0;
        while (_machine.Outbox.Exists(sent => sent.Type == PnrpMessageType.Lookup))
        {
            asked++;
            Machine.Sent lookup = _machine.Take(PnrpMessageType.Lookup);
            Assert.InRange(lookup.AsLookup().Path.Count, 1, 22);
            _machine.Answer(lookup, route: Machine.Route(1000 + asked, Beside(target, 10 + (4 * asked))));
        }

        Assert.Equal(23, asked);
    }

    [Fact]
    public void A_hop_is_asked_three_times_at_most()
    {
        PnrpId target = Machine.IdAt(0.5);
        RouteEntry hub = Machine.Route(999, Beside(target, 10));
        _machine.Learn(hub);
        Resolve(target);
        int askedHub = 0;
        int others = 0;
        while (_machine.Outbox.Exists(sent => sent.Type == PnrpMessageType.Lookup))
        {
            Machine.Sent lookup = _machine.Take(PnrpMessageType.Lookup);
            if (lookup.Destination == hub.GetEndpoint(0))
            {
                askedHub++;
                _machine.Answer(lookup, route: Machine.Route(2000 + askedHub, Beside(target, 20 + (4 * askedHub))));
            }
            else
            {
                others++;
                _machine.Answer(lookup);
            }
        }

        Assert.Equal(3, askedHub);
        Assert.Equal(3, others);
    }

    [Fact]
    public void A_forged_match_does_not_hide_the_real_one()
    {
        Machine.Peer real = _machine.NewPeer(33, "wanted", secure: true);
        var forged = new RouteEntry(new PnrpId(real.Entry.Id.P2PId, 42), 3540, [Machine.EndpointOf(66).Address]);
        RouteEntry hop = Machine.Route(10, Beside(real.Entry.Id, 40));
        _machine.Learn(hop);
        Resolve(real.Entry.Id);
        _machine.Answer(TakeLookup(hop), route: forged);
        _machine.AnswerAsPublisher(TakeProof(forged.GetEndpoint(0)), real with { Endpoint = forged.GetEndpoint(0) });
        Assert.Empty(_machine.Found);
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.InvalidCpa));

        Machine.Sent lookup = TakeLookup(hop);
        Assert.True(lookup.AsLookup().Path.Contains(forged.GetEndpoint(0)));
        _machine.Answer(lookup, route: real.Entry);
        _machine.AnswerAsPublisher(TakeProof(real.Endpoint), real);

        Assert.Equal(real.Entry.Id, Assert.Single(_machine.Found).Name.Id);
    }

    [Fact]
    public void A_match_in_the_cache_is_asked_for_proof_at_once()
    {
        Machine.Peer peer = _machine.NewPeer(33);
        _machine.Learn(peer.Entry);
        Resolve(peer.Entry.Id);
        Assert.Empty(_machine.TakeAll(PnrpMessageType.Lookup));
        _machine.AnswerAsPublisher(TakeProof(peer.Endpoint), peer);
        Assert.Single(_machine.Found);
    }

    [Fact]
    public void A_fragmented_proof_is_put_together()
    {
        Machine.Peer peer = Machine.PeerAt(33, new LocalName(
            _machine.NewKey(), _machine.NewName("large").Name, 1, 2, new LocalNamePayload { Data = new byte[4096] }));
        _machine.Learn(peer.Entry);
        Resolve(peer.Entry.Id);

        _machine.AnswerAsPublisher(TakeProof(peer.Endpoint), peer);

        Assert.Equal(4096, Assert.Single(_machine.Found).Name.Data!.Value.Length);
    }

    [Fact]
    public void The_nearest_registration_is_found_only_after_the_whole_search()
    {
        Machine.Peer peer = _machine.NewPeer(33);
        _machine.Learn(peer.Entry);
        int resolve = _machine.Pnrp.Resolve(_machine.Now, new ResolveTarget
        {
            Id = new PnrpId(peer.Entry.Id.P2PId, 1),
            Criteria = ResolveCriteria.NearestPeerName,
        });
        _machine.Advance(TimeSpan.Zero);
        _machine.Answer(TakeLookup(peer.Entry));
        _machine.AnswerAsPublisher(TakeProof(peer.Endpoint), peer);
        Assert.Equal(resolve, Assert.Single(_machine.Found).Resolve);
    }

    [Fact]
    public void Own_names_are_found_only_where_they_are_wanted()
    {
        LocalName own = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, own);
        ReachAlone();
        Resolve(own.Id);
        Assert.Empty(_machine.Found);

        _machine.Pnrp.Resolve(_machine.Now, new ResolveTarget { Id = own.Id, ConsiderLocal = true });
        _machine.Advance(TimeSpan.Zero);

        Assert.Equal(own.Id, Assert.Single(_machine.Found).Name.Id);
        Assert.Equal(2, _machine.Ended.Count);
    }

    [Fact]
    public void A_resolve_waits_while_the_cloud_synchronizes()
    {
        int resolve = Resolve(Machine.IdAt(0.5));
        Assert.Equal(PeerCloudState.Synchronizing, _machine.Pnrp.State);
        Assert.Empty(_machine.Ended);

        RouteEntry node = Machine.Route(10, Machine.IdAt(0.3));
        _machine.Learn(node);
        _machine.Advance(TimeSpan.Zero);

        _machine.Answer(TakeLookup(node));
        Assert.Equal(resolve, Assert.Single(_machine.Ended).Resolve);
    }

    [Fact]
    public void A_cancelled_resolve_has_no_effect_any_more()
    {
        RouteEntry node = Machine.Route(10, Machine.IdAt(0.3));
        _machine.Learn(node);
        int resolve = Resolve(Machine.IdAt(0.5));
        Machine.Sent lookup = TakeLookup(node);
        _machine.Pnrp.CancelResolve(_machine.Now, resolve);
        _machine.Answer(lookup);
        _machine.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(_machine.Ended);
    }

    [Fact]
    public void Every_registration_of_a_name_is_found_by_walking_its_neighbours()
    {
        Machine.Peer[] peers = [.. Enumerable.Range(1, 4).Select(i =>
            Machine.PeerAt(100 + i, _machine.NewName("shared", suffix: (ulong)i * 1000)))];
        _machine.Learn(peers[1].Entry);
        int resolve = _machine.Pnrp.Resolve(
            _machine.Now, new ResolveTarget { Id = peers[1].Entry.Id, MaxResults = 10 });
        _machine.Advance(TimeSpan.Zero);
        for (int steps = 0; steps < 40 && _machine.Ended.Count == 0; steps++)
        {
            foreach (Machine.Sent proof in _machine.TakeAll(PnrpMessageType.Inquire))
            {
                _machine.AnswerAsPublisher(proof, peers.Single(peer => peer.Endpoint == proof.Destination));
            }

            foreach (Machine.Sent lookup in _machine.TakeAll(PnrpMessageType.Lookup))
            {
                Machine.Peer? next = peers.FirstOrDefault(peer =>
                    !lookup.AsLookup().Path.Contains(peer.Endpoint) && peer.Endpoint != lookup.Destination);
                _machine.Answer(lookup, route: next?.Entry);
            }
        }

        Assert.Equal(
            peers.Select(peer => peer.Entry.Id).Order(), _machine.Found.Select(found => found.Name.Id).Order());
        Assert.Equal((resolve, false), Assert.Single(_machine.Ended));
    }

    public void Dispose() => _machine.Dispose();

    /// <summary>An id that shares so many leading bits with another one, and no more.</summary>
    private static PnrpId Beside(PnrpId id, int bits) => new((UInt128)id.P2PId ^ (UInt128.One << (127 - bits)), id.ServiceLocation);

    private int Resolve(PnrpId id)
    {
        int resolve = _machine.Pnrp.Resolve(_machine.Now, new ResolveTarget { Id = id });
        _machine.Advance(TimeSpan.Zero);
        return resolve;
    }

    private Machine.Sent TakeLookup(RouteEntry hop)
    {
        Machine.Sent lookup = _machine.Take(PnrpMessageType.Lookup);
        Assert.Equal(hop.GetEndpoint(0), lookup.Destination);
        Assert.Equal(hop.Id, lookup.AsLookup().ValidateId);
        return lookup;
    }

    private Machine.Sent TakeProof(PnrpEndpoint endpoint)
    {
        int index = _machine.Outbox.FindIndex(sent => sent.Type == PnrpMessageType.Inquire
            && sent.Destination == endpoint && sent.AsInquire().Flags == InquireFlags.All);
        Assert.True(index >= 0, "No proof was asked for.");
        Machine.Sent found = _machine.Outbox[index];
        _machine.Outbox.RemoveAt(index);
        return found;
    }

    private void ReachAlone()
    {
        foreach (DiscoveryStep step in Enum.GetValues<DiscoveryStep>())
        {
            _machine.Pnrp.DiscoveryCompleted(_machine.Now, step);
        }

        Assert.Equal(PeerCloudState.Alone, _machine.Pnrp.State);
    }
}
