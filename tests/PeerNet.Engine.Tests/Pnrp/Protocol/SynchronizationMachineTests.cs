using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

public sealed class SynchronizationMachineTests : IDisposable
{
    private static readonly PnrpEndpoint Other = Machine.EndpointOf(50);

    private readonly Machine _machine = new();

    [Fact]
    public void A_solicit_is_sent_again_once_after_a_second_and_then_given_up()
    {
        _machine.Pnrp.Synchronize(_machine.Now, Other);
        Machine.Sent first = Assert.Single(_machine.TakeAll(PnrpMessageType.Solicit));

        _machine.Advance(TimeSpan.FromSeconds(0.999));
        Assert.Empty(_machine.TakeAll(PnrpMessageType.Solicit));
        _machine.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(first.Datagram, Assert.Single(_machine.TakeAll(PnrpMessageType.Solicit)).Datagram);
        _machine.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(_machine.TakeAll(PnrpMessageType.Solicit));
        Assert.Equal((Other, false), Assert.Single(_machine.Synchronized));
    }

    [Fact]
    public void An_advertise_is_followed_by_a_request_for_all_its_ids_and_the_nonce()
    {
        _machine.Pnrp.Synchronize(_machine.Now, Other);
        Machine.Sent solicit = _machine.Take(PnrpMessageType.Solicit);
        PnrpId[] ids = [Machine.IdAt(0.1), Machine.IdAt(0.6)];

        Advertise(solicit, Other, ids);

        Machine.Sent sent = _machine.Take(PnrpMessageType.Request);
        RequestMessage request = sent.AsRequest();
        Assert.Equal(2, request.Ids.Count);
        Assert.Equal(ids[0], request.Ids[0]);
        Assert.Equal(ids[1], request.Ids[1]);
        byte[] hash = new byte[SuiteAlgorithms.HashLength];
        Conversations.HashNonce(_machine.Suite, request.Nonce, hash);
        Assert.Equal(solicit.AsSolicit().HashedNonce.ToArray(), hash);
        Assert.Equal((Other, true), Assert.Single(_machine.Synchronized));
    }

    [Fact]
    public void An_empty_advertise_asks_for_nothing()
    {
        _machine.Pnrp.Synchronize(_machine.Now, Other);
        Advertise(_machine.Take(PnrpMessageType.Solicit), Other, []);
        Assert.Empty(_machine.TakeAll(PnrpMessageType.Request));
    }

    [Fact]
    public void An_advertise_of_a_node_that_was_not_solicited_is_dropped()
    {
        _machine.Pnrp.Synchronize(_machine.Now, Other);
        Advertise(_machine.Take(PnrpMessageType.Solicit), Machine.EndpointOf(51), [Machine.IdAt(0.1)]);

        Assert.Empty(_machine.TakeAll(PnrpMessageType.Request));
        Assert.Equal(1, _machine.Dropped(PnrpDropReason.NotPending));
    }

    [Fact]
    public void An_advertise_with_another_hashed_nonce_is_dropped()
    {
        _machine.Pnrp.Synchronize(_machine.Now, Other);
        Machine.Sent solicit = _machine.Take(PnrpMessageType.Solicit);
        Span<byte> scratch = stackalloc byte[64];
        _machine.Receive(Other, new AdvertiseMessage
        {
            AckedMessageId = solicit.MessageId,
            Ids = PnrpIdList.From([Machine.IdAt(0.1)], scratch),
            HashedNonce = new byte[SuiteAlgorithms.HashLength],
        });

        Assert.Empty(_machine.TakeAll(PnrpMessageType.Request));
    }

    [Fact]
    public void A_solicit_yields_five_ids_and_its_request_an_ack_and_a_flood_for_each()
    {
        for (int i = 0; i < 9; i++)
        {
            _machine.Learn(Machine.Route(10 + i, Machine.IdAt(i / 9.0)));
        }

        uint solicitId = Solicit(Other, nonce: 77);
        AdvertiseMessage advertise = _machine.Take(PnrpMessageType.Advertise).AsAdvertise();
        Assert.Equal(solicitId, advertise.AckedMessageId);
        Assert.Equal(5, advertise.Ids.Count);

        uint requestId = Request(Other, 77, advertise.Ids);

        Assert.Equal(requestId, _machine.Take(PnrpMessageType.Ack).AsAck().AckedMessageId);
        List<Machine.Sent> floods = _machine.TakeAll(PnrpMessageType.Flood);
        Assert.Equal(5, floods.Count);
        Assert.All(floods, flood =>
        {
            Assert.Equal(Other, flood.Destination);
            Assert.True(flood.AsFlood().DoNotAcknowledge);
            Assert.NotNull(flood.AsFlood().RouteEntry);
        });
    }

    [Fact]
    public void Floods_that_answer_a_request_name_the_id_that_its_solicit_has_shown()
    {
        RouteEntry shown = Machine.Route(50, Machine.IdAt(0.7));
        _machine.Learn(Machine.Route(10, Machine.IdAt(0.1)));
        foreach (RouteEntry? entry in (RouteEntry?[])[shown, null])
        {
            Solicit(Other, nonce: 77, entry);
            Request(Other, 77, _machine.Take(PnrpMessageType.Advertise).AsAdvertise().Ids);

            Assert.Equal(entry?.Id ?? default, _machine.Take(PnrpMessageType.Flood).AsFlood().ValidateId);
        }
    }

    [Fact]
    public void A_small_cache_is_filled_up_with_own_ids()
    {
        LocalName name = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, name);
        Solicit(Other, nonce: 1);

        AdvertiseMessage advertise = _machine.Take(PnrpMessageType.Advertise).AsAdvertise();

        Assert.Equal(1, advertise.Ids.Count);
        Assert.Equal(name.Id, advertise.Ids[0]);
        Request(Other, 1, advertise.Ids);
        Assert.Equal(name.Id, _machine.Take(PnrpMessageType.Flood).AsFlood().RouteEntry!.Id);
    }

    [Fact]
    public void A_request_with_the_wrong_nonce_or_from_elsewhere_gets_no_answer()
    {
        Solicit(Other, nonce: 77);
        Request(Other, 78, default);
        Request(Machine.EndpointOf(51), 77, default);

        Assert.Empty(_machine.TakeAll(PnrpMessageType.Ack));
        Assert.Equal(2, _machine.Dropped(PnrpDropReason.NoConversation));
    }

    [Fact]
    public void A_conversation_ends_after_fifteen_seconds()
    {
        Solicit(Other, nonce: 77);
        _machine.Advance(TimeSpan.FromSeconds(15));
        Request(Other, 77, default);
        Assert.Empty(_machine.TakeAll(PnrpMessageType.Ack));
    }

    [Fact]
    public void A_repeated_solicit_starts_the_conversation_timer_again()
    {
        Solicit(Other, nonce: 77);
        _machine.Advance(TimeSpan.FromSeconds(10));
        Solicit(Other, nonce: 77);
        _machine.Advance(TimeSpan.FromSeconds(10));
        Request(Other, 77, default);
        Assert.Single(_machine.TakeAll(PnrpMessageType.Ack));
    }

    [Fact]
    public void Of_a_hundred_thousand_half_open_conversations_256_are_kept_and_service_goes_on()
    {
        const int Answered = 1024;
        _machine.Pnrp.Register(_machine.Now, _machine.NewName("own"));
        for (int i = 0; i < 100_000; i++)
        {
            Solicit(SourceOf(i), (Bits128)i);
        }

        List<Machine.Sent> advertises = _machine.TakeAll(PnrpMessageType.Advertise);
        Assert.Equal(Answered, advertises.Count);
        Assert.Equal(256, advertises.Count(sent => sent.AsAdvertise().Ids.Count == 1));
        Assert.Equal(Answered - 256, advertises.Count(sent => sent.AsAdvertise().Ids.Count == 0));
        Assert.Equal(100_000 - Answered, _machine.Dropped(PnrpDropReason.Budget));
        _machine.Advance(TimeSpan.FromSeconds(15));
        Solicit(Other, nonce: 1);
        Assert.Equal(1, _machine.Take(PnrpMessageType.Advertise).AsAdvertise().Ids.Count);
    }

    // A host has every address of its /64.
    [Fact]
    public void One_source_has_a_quarter_of_the_conversations()
    {
        _machine.Pnrp.Register(_machine.Now, _machine.NewName("own"));
        for (int i = 0; i < 1000; i++)
        {
            Solicit(Machine.EndpointOf(1000 + i), (Bits128)i);
        }

        Assert.Equal(1000 - 64, _machine.Dropped(PnrpDropReason.Limit));
        _machine.TakeAll(PnrpMessageType.Advertise);
        Solicit(SourceOf(1), nonce: 1);
        Assert.Equal(1, _machine.Take(PnrpMessageType.Advertise).AsAdvertise().Ids.Count);
    }

    private static PnrpEndpoint SourceOf(int number)
    {
        PnrpEndpoint endpoint = Machine.EndpointOf(1000);
        return endpoint with { Address = new(endpoint.Address.Upper + (ulong)number, endpoint.Address.Lower) };
    }

    [Fact]
    public void A_node_that_only_resolves_answers_no_solicit_lookup_or_inquire()
    {
        using var machine = new Machine();
        machine.Pnrp.Mode = PeerCloudMode.ResolveOnly;
        machine.Receive(Other, new SolicitMessage { HashedNonce = new byte[SuiteAlgorithms.HashLength] });
        machine.Receive(Other, new InquireMessage { ValidateId = Machine.IdAt(0.5) });
        machine.Receive(Other, new LookupMessage
        {
            Target = Machine.IdAt(0.5),
            Path = PnrpEndpointList.From([Other], stackalloc byte[18]),
        });

        Assert.Empty(machine.Outbox);
        Assert.Equal(3, machine.Dropped(PnrpDropReason.ResolveOnly));
        Assert.Throws<InvalidOperationException>(() => machine.Pnrp.Register(machine.Now, machine.NewName("x")));
    }

    public void Dispose() => _machine.Dispose();

    private uint Solicit(PnrpEndpoint source, Bits128 nonce, RouteEntry? entry = null)
    {
        byte[] hash = new byte[SuiteAlgorithms.HashLength];
        Conversations.HashNonce(_machine.Suite, nonce, hash);
        return _machine.Receive(source, new SolicitMessage { HashedNonce = hash, RouteEntry = entry });
    }

    private uint Request(PnrpEndpoint source, Bits128 nonce, PnrpIdList ids) =>
        _machine.Receive(source, new RequestMessage { Nonce = nonce, Ids = ids });

    private void Advertise(Machine.Sent solicit, PnrpEndpoint source, PnrpId[] ids)
    {
        Span<byte> scratch = stackalloc byte[1024];
        _machine.Receive(source, new AdvertiseMessage
        {
            AckedMessageId = solicit.MessageId,
            Ids = PnrpIdList.From(ids, scratch),
            HashedNonce = solicit.AsSolicit().HashedNonce,
        });
    }
}
