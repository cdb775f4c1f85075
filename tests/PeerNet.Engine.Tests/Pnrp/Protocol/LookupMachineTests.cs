using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>MS-PNRP 3.2.5.2.</summary>
public sealed class LookupMachineTests : IDisposable
{
    private static readonly PnrpEndpoint Asking = Machine.EndpointOf(50);
    private static readonly PnrpId Target = Machine.IdAt(0.5);

    private readonly Machine _machine = new();

    [Fact]
    public void A_lookup_is_answered_even_when_nothing_is_known()
    {
        uint id = Lookup(validate: default);
        AuthorityBuffer buffer = Reply(out uint acked);
        Assert.Equal(id, acked);
        Assert.Null(buffer.RouteEntry);
        Assert.Equal(AuthorityFlags.None, buffer.Flags);
    }

    [Fact]
    public void A_validate_id_that_is_not_registered_sets_N_and_is_answered_all_the_same()
    {
        _machine.Learn(Machine.Route(9, Machine.IdAt(0.45)));
        Lookup(validate: Machine.IdAt(0.2));
        AuthorityBuffer buffer = Reply(out _);
        Assert.Equal(AuthorityFlags.NotFound, buffer.Flags);
        Assert.Equal(Machine.IdAt(0.45), buffer.RouteEntry!.Id);
    }

    [Fact]
    public void Only_entries_nearer_than_the_validate_id_are_named_unless_A_is_set()
    {
        _machine.Learn(Machine.Route(9, Machine.IdAt(0.3)));
        Lookup(validate: Machine.IdAt(0.4));
        Assert.Null(Reply(out _).RouteEntry);

        Lookup(validate: Machine.IdAt(0.4), acceptAny: true);
        Assert.Equal(Machine.IdAt(0.3), Reply(out _).RouteEntry!.Id);
    }

    [Fact]
    public void Nodes_in_the_path_are_not_named()
    {
        _machine.Learn(Machine.Route(9, Machine.IdAt(0.48)));
        _machine.Learn(Machine.Route(10, Machine.IdAt(0.3)));
        for (int i = 0; i < 20; i++)
        {
            Lookup(validate: default, path: [Asking, Machine.EndpointOf(9)]);
            Assert.Equal(Machine.IdAt(0.3), Reply(out _).RouteEntry!.Id);
        }
    }

    [Fact]
    public void The_nearest_is_named_most_often_and_others_sometimes()
    {
        double[] places = [0.49, 0.40, 0.30, 0.20];
        for (int i = 0; i < places.Length; i++)
        {
            _machine.Learn(Machine.Route(10 + i, Machine.IdAt(places[i])));
        }

        var counts = new Dictionary<PnrpId, int>();
        for (int i = 0; i < 1000; i++)
        {
            Lookup(validate: default);
            PnrpId id = Reply(out _).RouteEntry!.Id;
            counts[id] = counts.GetValueOrDefault(id) + 1;
            _machine.Sleep(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(counts[Machine.IdAt(0.49)], 650, 850);
        Assert.InRange(counts[Machine.IdAt(0.40)], 100, 280);
        Assert.True(counts[Machine.IdAt(0.30)] > 0);
        Assert.False(counts.ContainsKey(Machine.IdAt(0.20)));
    }

    [Fact]
    public void An_entry_that_matches_is_always_named()
    {
        var match = new PnrpId(Target.P2PId, 12345);
        _machine.Learn(Machine.Route(9, match));
        _machine.Learn(Machine.Route(10, Machine.IdAt(0.4)));
        for (int i = 0; i < 50; i++)
        {
            Lookup(validate: Machine.IdAt(0.1), criteria: ResolveCriteria.AnyPeerName);
            Assert.Equal(match, Reply(out _).RouteEntry!.Id);
        }
    }

    [Fact]
    public void The_own_id_is_named_where_it_is_nearer_unless_this_node_is_in_the_path()
    {
        LocalName name = Register();
        Lookup(target: name.Id.Next, validate: default);
        Assert.Equal(name.Id, Reply(out _).RouteEntry!.Id);

        Lookup(target: name.Id.Next, validate: default, path: [Asking, Machine.Local]);
        Assert.Null(Reply(out _).RouteEntry);
    }

    [Fact]
    public void A_target_that_would_be_in_the_leaf_set_but_is_unknown_sets_L()
    {
        LocalName name = Register();
        Lookup(target: name.Id.Next, validate: name.Id);
        AuthorityBuffer buffer = Reply(out _);
        Assert.Equal(AuthorityFlags.LeafSet, buffer.Flags);
        Assert.Null(buffer.RouteEntry);
    }

    [Fact]
    public void The_best_match_in_a_lookup_is_considered()
    {
        RouteEntry best = Machine.Route(9, Machine.IdAt(0.7));
        Lookup(validate: default, bestMatch: best);
        Assert.Equal(best.Id, _machine.Take(PnrpMessageType.Inquire).AsInquire().ValidateId);
    }

    [Fact]
    public void Datagrams_from_reserved_ports_of_the_other_suite_and_garbage_are_counted_and_change_nothing()
    {
        using var windows = new Machine(suite: PeerSuite.Windows);
        byte[] datagram = new byte[2048];
        int length = PnrpDatagram.Write(datagram, _machine.Suite, 1, new InquireMessage { ValidateId = Target });
        windows.Pnrp.Receive(windows.Now, Asking, datagram.AsSpan(0, length));
        _machine.Pnrp.Receive(_machine.Now, Asking with { Port = 1024 }, datagram.AsSpan(0, length));
        _machine.Pnrp.Receive(_machine.Now, Asking, datagram.AsSpan(0, length - 1));
        datagram[7] = 0x55;
        _machine.Pnrp.Receive(_machine.Now, Asking, datagram.AsSpan(0, length));

        Assert.Equal(1, windows.Dropped(PnrpDropReason.OtherSuite));
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.SourcePort));
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.Malformed));
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.UnknownType));
        Assert.Empty(_machine.Outbox);
        Assert.Empty(windows.Outbox);
    }

    public void Dispose() => _machine.Dispose();

    private LocalName Register()
    {
        LocalName name = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, name);
        return name;
    }

    private AuthorityBuffer Reply(out uint acked) => _machine.Take(PnrpMessageType.Authority).AsAuthority(out acked);

    private uint Lookup(
        PnrpId validate,
        PnrpId? target = null,
        bool acceptAny = false,
        ResolveCriteria criteria = ResolveCriteria.None,
        RouteEntry? bestMatch = null,
        PnrpEndpoint[]? path = null)
    {
        Span<byte> scratch = stackalloc byte[512];
        return _machine.Receive(Asking, new LookupMessage
        {
            AcceptAny = acceptAny,
            Criteria = criteria,
            Target = target ?? Target,
            ValidateId = validate,
            BestMatch = bestMatch,
            Path = PnrpEndpointList.From(path ?? [Asking], scratch),
        });
    }
}
