using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>
/// Hosts that have one address in common, as all do that run containers: it does not make one of them the other. Who
/// somebody is, ids say.
/// </summary>
public sealed class SharedAddressMachineTests : IDisposable
{
    private static readonly PnrpEndpoint Shared = new(new Bits128(0, 0xFFFF_AC11_0001), 3540);

    private readonly Machine _machine = new(shared: Shared);

    [Fact]
    public void A_node_with_an_own_address_is_asked_at_the_other_one()
    {
        RouteEntry entry = Twin(7, Machine.IdAt(0.3));
        _machine.Receive(Machine.EndpointOf(7), new FloodMessage { DoNotAcknowledge = true, RouteEntry = entry });

        Assert.Equal(Machine.EndpointOf(7), _machine.Take(PnrpMessageType.Inquire).Destination);
    }

    [Fact]
    public void An_entry_with_own_endpoints_alone_leads_nowhere()
    {
        var entry = new RouteEntry(Machine.IdAt(0.3), 3540, [Shared.Address, Machine.Local.Address]);
        _machine.Receive(Machine.EndpointOf(7), new FloodMessage { DoNotAcknowledge = true, RouteEntry = entry });

        Assert.Empty(_machine.TakeAll(PnrpMessageType.Inquire));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_name_of_such_a_node_is_found_by_every_criterion(bool excludesThisMachine)
    {
        LocalName name = _machine.NewName("service");
        RouteEntry entry = Twin(7, name.Id);
        _machine.Learn(new Machine.Peer(Machine.EndpointOf(7), name, entry));

        _machine.Pnrp.Resolve(_machine.Now, new ResolveTarget { Id = name.Id, ExcludeOwnAddresses = excludesThisMachine });
        _machine.Advance(TimeSpan.Zero);
        Machine.Sent proof = _machine.Take(PnrpMessageType.Inquire);
        Assert.Equal(Machine.EndpointOf(7), proof.Destination);
        _machine.AnswerAsPublisher(proof, new Machine.Peer(Machine.EndpointOf(7), name, entry));

        Assert.Single(_machine.Found);
    }

    [Fact]
    public void A_node_of_this_machine_is_not_remote()
    {
        LocalName name = _machine.NewName("service");
        var entry = new RouteEntry(name.Id, 4000, [Machine.Local.Address, Shared.Address]);
        _machine.Learn(new Machine.Peer(Machine.Local with { Port = 4000 }, name, entry));

        _machine.Pnrp.Resolve(_machine.Now, new ResolveTarget { Id = name.Id, ExcludeOwnAddresses = true });
        _machine.Advance(TimeSpan.FromSeconds(30));

        Assert.Empty(_machine.Found);
        Assert.DoesNotContain(
            _machine.TakeAll(PnrpMessageType.Inquire), sent => sent.AsInquire().Flags == InquireFlags.All);
    }

    [Fact]
    public void The_resolver_calls_itself_by_an_address_that_the_node_asked_does_not_have()
    {
        _machine.Learn(Twin(7, Machine.IdAt(0.3)));
        _machine.Pnrp.Resolve(_machine.Now, new ResolveTarget { Id = Machine.IdAt(0.5) });
        _machine.Advance(TimeSpan.Zero);

        Assert.Equal(Machine.Local, _machine.Take(PnrpMessageType.Lookup).AsLookup().Path[0]);
    }

    [Fact]
    public void An_own_name_is_offered_to_an_asker_who_calls_itself_by_the_shared_address()
    {
        LocalName own = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, own);

        Assert.Equal(own.Id, Lookup(own.Id).RouteEntry!.Id);
    }

    [Fact]
    public void Others_with_the_shared_address_are_offered_to_an_asker_who_calls_itself_by_it()
    {
        RouteEntry third = Twin(8, Machine.IdAt(0.49));
        _machine.Learn(third);

        Assert.Equal(third.Id, Lookup(Machine.IdAt(0.5)).RouteEntry!.Id);
    }

    [Fact]
    public void A_flood_that_has_passed_the_shared_address_is_passed_on_to_others_with_it()
    {
        _machine.Pnrp.Register(_machine.Now, _machine.NewName("own"));
        Machine.Peer neighbour = TwinPeer(8, "neighbour");
        _machine.Learn(neighbour);
        Machine.Peer newcomer = TwinPeer(9, "newcomer");
        _machine.Receive(newcomer.Endpoint, new FloodMessage
        {
            DoNotAcknowledge = true,
            RouteEntry = newcomer.Entry,
            AlreadyFlooded = PnrpEndpointList.From([Shared], new byte[PnrpEndpoint.WireLength]),
        });
        _machine.AnswerAsPublisher(_machine.Take(PnrpMessageType.Inquire), newcomer);

        Assert.Contains(
            _machine.TakeAll(PnrpMessageType.Flood),
            sent => sent.Destination == neighbour.Endpoint && sent.AsFlood().RouteEntry!.Id == newcomer.Entry.Id);
    }

    public void Dispose() => _machine.Dispose();

    private static RouteEntry Twin(int host, PnrpId id) => new(id, 3540, [Shared.Address, Machine.EndpointOf(host).Address]);

    private Machine.Peer TwinPeer(int host, string classifier)
    {
        LocalName name = _machine.NewName(classifier);
        return new(Machine.EndpointOf(host), name, Twin(host, name.Id));
    }

    private AuthorityBuffer Lookup(PnrpId target)
    {
        _machine.Receive(Machine.EndpointOf(7), new LookupMessage
        {
            Target = target,
            AcceptAny = true,
            Path = PnrpEndpointList.From([Shared], new byte[PnrpEndpoint.WireLength]),
        });
        return _machine.Take(PnrpMessageType.Authority).AsAuthority(out _);
    }
}
