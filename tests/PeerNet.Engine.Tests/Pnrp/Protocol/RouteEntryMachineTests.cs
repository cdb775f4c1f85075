using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

public sealed class RouteEntryMachineTests : IDisposable
{
    private static readonly PnrpEndpoint Other = Machine.EndpointOf(50);

    private readonly Machine _machine = new();

    [Fact]
    public void Another_node_that_has_a_name_of_this_one_and_its_key_is_noticed()
    {
        PeerPrivateKey key = _machine.NewKey();
        LocalName own = _machine.NewName("service", secure: true, key: key);
        _machine.Pnrp.Register(_machine.Now, own);

        _machine.Learn(Machine.PeerAt(7, _machine.NewName("service", secure: true, suffix: 9, key: key)));

        (PnrpId id, CertifiedName other) = Assert.Single(_machine.Elsewhere);
        Assert.Equal(own.Id, id);
        Assert.Equal([Machine.EndpointOf(7)], other.ServiceAddresses);
    }

    [Theory]
    [InlineData("service", false)]
    [InlineData("another", true)]
    public void Names_that_others_may_have_as_well_are_no_copies(string classifier, bool secure)
    {
        PeerPrivateKey key = _machine.NewKey();
        _machine.Pnrp.Register(_machine.Now, _machine.NewName("service", secure, key: key));

        _machine.Learn(Machine.PeerAt(7, _machine.NewName(classifier, secure, suffix: 9, key: secure ? key : null)));

        Assert.Empty(_machine.Elsewhere);
    }

    [Fact]
    public void An_entry_is_cached_only_when_its_own_node_has_answered_an_inquire()
    {
        RouteEntry entry = Machine.Route(9, Machine.IdAt(0.4));
        Flood(entry);

        Machine.Sent inquire = _machine.Take(PnrpMessageType.Inquire);
        Assert.Equal(entry.GetEndpoint(0), inquire.Destination);
        Assert.Equal(entry.Id, inquire.AsInquire().ValidateId);
        Assert.Equal(InquireFlags.None, inquire.AsInquire().Flags);
        Assert.Equal(0, _machine.Pnrp.CacheCount);

        _machine.Answer(inquire);

        Assert.Equal(1, _machine.Pnrp.CacheCount);
        Assert.Equal(PeerCloudState.Active, _machine.Pnrp.State);
    }

    [Fact]
    public void An_answer_from_another_endpoint_admits_nothing()
    {
        Flood(Machine.Route(9, Machine.IdAt(0.4)));
        Machine.Sent inquire = _machine.Take(PnrpMessageType.Inquire);

        _machine.Answer(inquire, Other, _machine.Bytes(default));

        Assert.Equal(0, _machine.Pnrp.CacheCount);
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.NotPending));
    }

    [Fact]
    public void An_entry_that_its_node_denies_or_that_never_answers_is_discarded()
    {
        Flood(Machine.Route(9, Machine.IdAt(0.4)));
        _machine.Answer(_machine.Take(PnrpMessageType.Inquire), AuthorityFlags.NotFound);
        Flood(Machine.Route(10, Machine.IdAt(0.6)));
        _machine.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, _machine.Pnrp.CacheCount);
        Flood(Machine.Route(10, Machine.IdAt(0.6)));
        Assert.Equal(2 + 1, _machine.TakeAll(PnrpMessageType.Inquire).Count);
    }

    [Fact]
    public void A_leaf_set_entry_needs_a_cpa_and_its_chain()
    {
        RegisterOwn();
        Machine.Peer peer = _machine.NewPeer(9);
        Flood(peer.Entry);

        Machine.Sent inquire = _machine.Take(PnrpMessageType.Inquire);
        Assert.Equal(InquireFlags.Cpa | InquireFlags.CertificateChain, inquire.AsInquire().Flags);
        _machine.Answer(inquire, route: peer.Entry);
        Assert.Equal(0, _machine.Pnrp.CacheCount);
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.InvalidCpa));

        _machine.Learn(peer);
        Assert.Equal(1, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void A_replayed_cpa_is_refused()
    {
        RegisterOwn();
        Machine.Peer peer = _machine.NewPeer(9);
        Flood(peer.Entry);
        Machine.Sent inquire = _machine.Take(PnrpMessageType.Inquire);

        byte[] replayed = peer.Name.BuildAuthority(InquireFlags.Cpa, nonce: 1, _machine.Now.Utc, peer.Entry);
        _machine.Answer(inquire, inquire.Destination, replayed);

        Assert.Equal(0, _machine.Pnrp.CacheCount);
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.InvalidCpa));
    }

    [Fact]
    public void A_cpa_for_other_addresses_than_the_entry_names_is_refused()
    {
        RegisterOwn();
        Machine.Peer peer = _machine.NewPeer(9);
        Flood(new RouteEntry(peer.Entry.Id, 3540, [Machine.EndpointOf(66).Address]));
        Machine.Sent inquire = _machine.Take(PnrpMessageType.Inquire);
        Assert.Equal(Machine.EndpointOf(66), inquire.Destination);

        _machine.AnswerAsPublisher(inquire, peer);

        Assert.Equal(0, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void A_cpa_of_another_name_is_refused()
    {
        RegisterOwn();
        Machine.Peer peer = _machine.NewPeer(9);
        Machine.Peer forger = _machine.NewPeer(9, "forged");
        Flood(peer.Entry);

        _machine.AnswerAsPublisher(_machine.Take(PnrpMessageType.Inquire), forger);

        Assert.Equal(0, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void A_stale_cpa_is_refused()
    {
        RegisterOwn();
        Machine.Peer peer = _machine.NewPeer(9);
        Flood(peer.Entry);
        Machine.Sent inquire = _machine.Take(PnrpMessageType.Inquire);

        _machine.Answer(inquire, inquire.Destination, peer.Name.BuildAuthority(
            InquireFlags.Cpa, inquire.AsInquire().Nonce!.Value, _machine.Now.Utc.AddDays(-30), peer.Entry));

        Assert.Equal(0, _machine.Pnrp.CacheCount);
    }

    [Fact]
    public void Pending_entries_are_capped()
    {
        for (int i = 0; i < 1000; i++)
        {
            Flood(Machine.Route(100 + i, Machine.IdAt(i / 1000.0)));
        }

        Assert.Equal(128, _machine.TakeAll(PnrpMessageType.Inquire).Count);
        Assert.Equal(1000 - 128, _machine.Dropped(PnrpDropReason.Limit));
    }

    [Fact]
    public void The_cache_is_bounded_whatever_is_flooded()
    {
        var random = new SeededRandom(3);
        for (int i = 0; i < 20_000; i++)
        {
            Flood(Machine.Route(100 + i, new PnrpId(random.NextBits128(), 1)));
            foreach (Machine.Sent inquire in _machine.TakeAll(PnrpMessageType.Inquire))
            {
                _machine.Answer(inquire);
            }
        }

        Assert.InRange(_machine.Pnrp.CacheCount, 16, 120);
    }

    [Fact]
    public void Entries_with_multicast_or_own_addresses_are_ignored()
    {
        Flood(new RouteEntry(Machine.IdAt(0.2), 3540, [UInt128.MaxValue]));
        Flood(new RouteEntry(Machine.IdAt(0.3), 3540, [Machine.Local.Address]));
        Assert.Empty(_machine.TakeAll(PnrpMessageType.Inquire));
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.InvalidRouteEntry));
    }

    [Fact]
    public void A_known_entry_with_new_addresses_is_asked_again_and_replaced()
    {
        PnrpId id = Machine.IdAt(0.4);
        _machine.Learn(Machine.Route(9, id));
        Flood(Machine.Route(9, id));
        Assert.Empty(_machine.TakeAll(PnrpMessageType.Inquire));

        _machine.Learn(Machine.Route(10, id));

        Assert.Equal(
            Machine.EndpointOf(10).ToIPEndPoint(), Assert.Single(_machine.Pnrp.GetCache()).Endpoints[0]);
    }

    [Fact]
    public void The_address_of_the_own_family_with_the_longest_common_prefix_is_asked()
    {
        Bits128 ipv4 = new(0, 0xFFFF_0A00_0001);
        Bits128 far = new(0x2a00_0000_0000_0000, 1);
        Bits128 near = new(0x2001_0db8_0000_0001, 1);
        Flood(new RouteEntry(Machine.IdAt(0.4), 3540, [ipv4, far, near]));
        Assert.Equal(near, _machine.Take(PnrpMessageType.Inquire).Destination.Address);
    }

    [Fact]
    public void An_inquire_for_an_unknown_id_is_answered_with_N()
    {
        uint id = _machine.Receive(Other, new InquireMessage { ValidateId = Machine.IdAt(0.4), Flags = InquireFlags.All });
        AuthorityBuffer buffer = _machine.Take(PnrpMessageType.Authority).AsAuthority(out uint acked);
        Assert.Equal(id, acked);
        Assert.Equal(AuthorityFlags.NotFound, buffer.Flags);
    }

    [Fact]
    public void An_inquire_for_an_own_id_is_answered_with_a_valid_cpa()
    {
        LocalName name = RegisterOwn();
        _machine.Receive(Other, new InquireMessage { ValidateId = name.Id, Flags = InquireFlags.All, Nonce = 99 });
        AuthorityBuffer buffer = _machine.Take(PnrpMessageType.Authority).AsAuthority(out _);

        CpaVerdict verdict = AuthorityValidator.Validate(
            _machine.Suite, buffer, name.Id, 99, _machine.Now.Utc, out CertifiedName? certified);

        Assert.Equal(CpaVerdict.Valid, verdict);
        Assert.Equal(Machine.Local, Assert.Single(certified!.ServiceAddresses));
    }

    [Fact]
    public void Fragments_that_contradict_each_other_delete_the_reassembly()
    {
        var reassembly = new Reassembly();
        byte[] full = new byte[AuthorityMessage.FragmentLength];
        Assert.True(reassembly.TryAdd(1, Other, Fragment(0, 2000, full), out _));
        Assert.False(reassembly.TryAdd(1, Other, Fragment(1188, 2001, new byte[813]), out _));
        Assert.Equal(0, reassembly.Count);

        Assert.True(reassembly.TryAdd(1, Other, Fragment(0, 2000, full), out _));
        Assert.False(reassembly.TryAdd(1, Other, Fragment(1188, 2000, new byte[813]), out _));
        Assert.Equal(0, reassembly.Count);
        Assert.Equal(0, reassembly.Bytes);
    }

    [Fact]
    public void Fragments_in_any_order_make_the_buffer_and_do_not_mix_with_those_of_others()
    {
        var reassembly = new Reassembly();
        byte[] first = new byte[AuthorityMessage.FragmentLength];
        first.AsSpan().Fill(1);
        byte[] last = new byte[812];
        last.AsSpan().Fill(2);
        Assert.True(reassembly.TryAdd(1, Other, Fragment(1188, 2000, last), out ReadOnlySpan<byte> whole));
        Assert.True(whole.IsEmpty);
        Assert.True(reassembly.TryAdd(1, Machine.EndpointOf(51), Fragment(0, 2000, first), out whole));
        Assert.True(reassembly.TryAdd(2, Other, Fragment(0, 2000, first), out whole));
        Assert.True(whole.IsEmpty);
        Assert.True(reassembly.TryAdd(1, Other, Fragment(0, 2000, first), out whole));
        Assert.Equal([.. first, .. last], whole.ToArray());
    }

    [Fact]
    public void A_hundred_thousand_half_open_reassemblies_hold_64_buffers_and_a_mebibyte_at_most()
    {
        var reassembly = new Reassembly();
        byte[] full = new byte[AuthorityMessage.FragmentLength];
        for (uint i = 0; i < 100_000; i++)
        {
            reassembly.TryAdd(i, Other, Fragment(0, 37_000, full), out _);
        }

        Assert.InRange(reassembly.Count, 1, 64);
        Assert.InRange(reassembly.Bytes, 1, 1 << 20);
        reassembly.Remove(42);
        Assert.Equal(0, reassembly.Count);
        Assert.Equal(0, reassembly.Bytes);
    }

    [Fact]
    public void Fragments_that_answer_nothing_leave_no_state()
    {
        Span<byte> datagram = stackalloc byte[2048];
        byte[] full = new byte[AuthorityMessage.FragmentLength];
        for (uint i = 0; i < 100_000; i++)
        {
            _machine.Receive(Other, new AuthorityMessage { AckedMessageId = i, Size = 37_000, Buffer = full });
        }

        Assert.Equal(100_000, _machine.Dropped(PnrpDropReason.NotPending));
    }

    public void Dispose() => _machine.Dispose();

    private static AuthorityMessage Fragment(int offset, int size, byte[] bytes) =>
        new() { AckedMessageId = 42, Offset = offset, Size = size, Buffer = bytes };

    private LocalName RegisterOwn()
    {
        LocalName name = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, name);
        return name;
    }

    private void Flood(RouteEntry entry) =>
        _machine.Receive(Other, new FloodMessage { DoNotAcknowledge = true, RouteEntry = entry });
}
