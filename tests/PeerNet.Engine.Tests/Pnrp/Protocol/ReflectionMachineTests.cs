using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>What this node sends to an address because a datagram says that it comes from there.</summary>
public sealed class ReflectionMachineTests : IDisposable
{
    private const int Flood = 275_000;
    private const int MostInThreeSeconds = 20_000;

    private static readonly PnrpEndpoint Victim = new(new Bits128(0x2001_0db8_0000_0666, 1), 3540);

    private readonly Machine _machine = new();
    private readonly LocalName _own;

    public ReflectionMachineTests()
    {
        PeerPrivateKey key = _machine.NewKey();
        Assert.True(PeerName.TryParse("0.big", out PeerName? name));
        _own = new LocalName(key, name, 1, 5, new LocalNamePayload { Data = new byte[4000] });
        _machine.Pnrp.Register(_machine.Now, _own);
    }

    public static TheoryData<string> Questions => [.. Askings.Keys];

    private static Dictionary<string, Action<ReflectionMachineTests, PnrpEndpoint>> Askings { get; } = new()
    {
        ["INQUIRE"] = (test, source) => test.Inquire(source, InquireFlags.All),
        ["INQUIRE for nothing signed"] = (test, source) => test.Inquire(source, InquireFlags.None),
        ["INQUIRE for a strange id"] = (test, source) =>
            test._machine.Receive(source, new InquireMessage { ValidateId = Machine.IdAt(0.3), Flags = InquireFlags.All, Nonce = 1 }),
        ["LOOKUP"] = (test, source) => test.Lookup(source),
        ["SOLICIT"] = (test, source) =>
            test._machine.Receive(source, new SolicitMessage { HashedNonce = new byte[20] }),
        ["SOLICIT and REQUEST"] = (test, source) => test.SolicitAndRequest(source),
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_flood_in_the_name_of_somebody_is_no_flood_to_him(string question)
    {
        int received = 0;
        for (int millisecond = 0; millisecond < 3000; millisecond++)
        {
            for (int sent = 0; sent < Flood / 1000; sent += 76)
            {
                Askings[question](this, Victim);
            }

            received += TakeBytes(Victim);
            _machine.Advance(TimeSpan.FromMilliseconds(1));
        }

        received += TakeBytes(Victim);
        Assert.InRange(received, 1, MostInThreeSeconds);
        Assert.True(_machine.Dropped(PnrpDropReason.Budget) > 1000);
    }

    [Fact]
    public void Forged_neighbors_of_a_victim_share_its_allowance()
    {
        int received = 0;
        for (int i = 0; i < 5000; i++)
        {
            PnrpEndpoint forged = Victim with { Address = (UInt128)Victim.Address + (UInt128)i, Port = (ushort)(2000 + i) };
            Inquire(forged, InquireFlags.All);
            received += TakeBytes(forged);
        }

        Assert.InRange(received, 1, AnswerAllowance.Stranger.Burst);
    }

    [Fact]
    public void Fifty_resolvers_behind_a_flood_notice_nothing()
    {
        PnrpEndpoint[] resolvers = [.. Enumerable.Range(100, 50).Select(Machine.EndpointOf)];
        for (int i = 0; i < 20_000; i++)
        {
            Inquire(Victim, InquireFlags.All);
        }

        _machine.Outbox.Clear();
        foreach (PnrpEndpoint resolver in resolvers)
        {
            Lookup(resolver);
            Inquire(resolver, InquireFlags.All);
        }

        Assert.All(resolvers, resolver => Assert.Equal(
            1 + 4, _machine.Outbox.Count(sent => sent.Destination == resolver && sent.Type == PnrpMessageType.Authority)));
    }

    [Fact]
    public void Who_acknowledges_a_greeting_has_more()
    {
        PnrpEndpoint resolver = Machine.EndpointOf(100);
        Inquire(resolver, InquireFlags.All);
        Machine.Sent greeting = _machine.Take(PnrpMessageType.Flood);
        Assert.Equal((resolver, _own.Id), (greeting.Destination, greeting.AsFlood().RouteEntry!.Id));
        Assert.False(greeting.AsFlood().DoNotAcknowledge);

        _machine.Receive(resolver, new AckMessage { AckedMessageId = greeting.MessageId });

        _machine.Outbox.Clear();
        for (int i = 0; i < 1000; i++)
        {
            Inquire(resolver, InquireFlags.All);
        }

        Assert.InRange(TakeBytes(resolver), AnswerAllowance.Known.Burst / 2, AnswerAllowance.Known.Burst);
    }

    [Fact]
    public void A_guessed_acknowledgement_proves_nothing()
    {
        Inquire(Victim, InquireFlags.All);
        Machine.Sent greeting = _machine.Take(PnrpMessageType.Flood);
        _machine.Receive(Victim, new AckMessage { AckedMessageId = greeting.MessageId + 1 });
        _machine.Receive(Victim with { Port = 4000 }, new AckMessage { AckedMessageId = greeting.MessageId });

        _machine.Outbox.Clear();
        for (int i = 0; i < 1000; i++)
        {
            Inquire(Victim, InquireFlags.All);
        }

        Assert.InRange(TakeBytes(Victim), 0, AnswerAllowance.Stranger.Burst);
    }

    [Fact]
    public void Who_has_answered_this_node_is_no_stranger()
    {
        Machine.Peer peer = _machine.NewPeer(60);
        _machine.Learn(peer);

        for (int i = 0; i < 20; i++)
        {
            Inquire(peer.Endpoint, InquireFlags.All);
        }

        Assert.Equal(20 * 4, _machine.TakeAll(PnrpMessageType.Authority).Count);
    }

    [Fact]
    public void Claims_of_strangers_do_not_make_this_node_flood_a_third()
    {
        for (int i = 0; i < 5000; i++)
        {
            var claimed = new RouteEntry(Machine.IdAt(i / 5000.0), Victim.Port, [Victim.Address]);
            _machine.Receive(
                Machine.EndpointOf(100 + (i % 100)), new FloodMessage { DoNotAcknowledge = true, RouteEntry = claimed });
            if (i % 100 == 0)
            {
                _machine.Advance(TimeSpan.FromMilliseconds(60));
            }
        }

        Assert.InRange(TakeBytes(Victim), 1, MostInThreeSeconds);
    }

    public void Dispose() => _machine.Dispose();

    private void Inquire(PnrpEndpoint source, InquireFlags flags) =>
        _machine.Receive(source, new InquireMessage
        {
            ValidateId = _own.Id,
            Flags = flags,
            Nonce = flags == InquireFlags.None ? null : 1,
        });

    private void Lookup(PnrpEndpoint source) => _machine.Receive(source, new LookupMessage
    {
        Target = _own.Id,
        ValidateId = _own.Id,
        Path = PnrpEndpointList.From([source], new byte[18]),
    });

    private void SolicitAndRequest(PnrpEndpoint source)
    {
        byte[] hash = new byte[SuiteAlgorithms.HashLength];
        Conversations.HashNonce(_machine.Suite, 77, hash);
        _machine.Receive(source, new SolicitMessage { HashedNonce = hash });
        byte[] scratch = new byte[10 * PnrpId.WireLength];
        _machine.Receive(source, new RequestMessage
        {
            Nonce = 77,
            Ids = PnrpIdList.From([.. Enumerable.Repeat(_own.Id, 10)], scratch),
        });
    }

    private int TakeBytes(PnrpEndpoint destination)
    {
        int bytes = _machine.Outbox.Where(sent => sent.Destination == destination).Sum(sent => sent.Datagram.Length);
        _machine.Outbox.Clear();
        return bytes;
    }
}
