using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>Datagrams from everybody who wishes this node ill.</summary>
public sealed class HostileMachineTests : IDisposable
{
    private const int Datagrams = 1_000_000;
    private const int Questions = 1020;

    private readonly Machine _machine = new();

    [Fact]
    public void A_million_random_and_mutated_datagrams_leave_a_bounded_node_that_goes_on_serving()
    {
        const ulong Seed = 99;
        var random = new SeededRandom(Seed);
        LocalName own = _machine.NewName("own");
        _machine.Pnrp.Register(_machine.Now, own);
        byte[][] samples = [.. Samples(own)];
        byte[] datagram = new byte[1500];
        for (int i = 0; i < Datagrams; i++)
        {
            int length = Mutate(random, samples, datagram);
            PnrpEndpoint source = Machine.EndpointOf(random.Next(500)) with { Port = (ushort)random.Next(65536) };
            _machine.Pnrp.Receive(_machine.Now, source, datagram.AsSpan(0, length));
            _machine.Outbox.Clear();
            if (i % 1000 == 0)
            {
                _machine.Advance(TimeSpan.FromMilliseconds(100));
            }
        }

        Assert.InRange(_machine.Pnrp.CacheCount, 0, 400);
        Assert.True(_machine.Dropped(PnrpDropReason.Malformed) > Datagrams / 10, $"seed {Seed}");
        _machine.Advance(TimeSpan.FromSeconds(20));
        _machine.Outbox.Clear();
        _machine.Receive(Machine.EndpointOf(9), new InquireMessage { ValidateId = own.Id });
        Assert.Equal(own.Id, _machine.Take(PnrpMessageType.Authority).AsAuthority(out _).RouteEntry!.Id);
    }

    [Fact]
    public void Signed_answers_are_given_at_a_limited_rate_and_the_rest_is_silence()
    {
        using var machine = new Machine();
        LocalName own = machine.NewName("own");
        machine.Pnrp.Register(machine.Now, own);

        Assert.Equal(PnrpLimits.SignedAnswerBurst, CountAnswers(machine, own, InquireFlags.All));
        Assert.Equal(Questions - PnrpLimits.SignedAnswerBurst, machine.Dropped(PnrpDropReason.Limit));
        Assert.Equal(Questions, CountAnswers(machine, own, InquireFlags.None));

        machine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PnrpLimits.SignedAnswersPerSecond, CountAnswers(machine, own, InquireFlags.Cpa));

        machine.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(PnrpLimits.SignedAnswerBurst, CountAnswers(machine, own, InquireFlags.CertificateChain));
    }

    [Fact]
    public void Who_floods_with_questions_does_not_keep_others_from_their_answers()
    {
        using var machine = new Machine();
        LocalName own = machine.NewName("own");
        machine.Pnrp.Register(machine.Now, own);
        var question = new InquireMessage { ValidateId = own.Id, Flags = InquireFlags.All, Nonce = 1 };

        for (int second = 0; second < 10; second++)
        {
            for (int i = 0; i < 5000; i++)
            {
                machine.Receive(Machine.EndpointOf(9), question);
            }

            machine.Outbox.Clear();
            for (int host = 10; host < 30; host++)
            {
                machine.Receive(Machine.EndpointOf(host), question);
            }

            Assert.Equal(
                Enumerable.Range(10, 20).Select(Machine.EndpointOf),
                machine.TakeAll(PnrpMessageType.Authority).Select(sent => sent.Destination).Distinct());
            machine.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(machine.Dropped(PnrpDropReason.Budget) > 40_000);
    }

    public void Dispose() => _machine.Dispose();

    private static int CountAnswers(Machine machine, LocalName own, InquireFlags flags)
    {
        for (int i = 0; i < Questions; i++)
        {
            machine.Receive(Machine.EndpointOf(i + 10), new InquireMessage { ValidateId = own.Id, Flags = flags, Nonce = 1 });
        }

        return machine.TakeAll(PnrpMessageType.Authority).Count;
    }

    private static int Mutate(SeededRandom random, byte[][] samples, byte[] datagram)
    {
        if (random.Next(4) == 0)
        {
            int noise = random.Next(datagram.Length);
            random.Fill(datagram.AsSpan(0, noise));
            return noise;
        }

        byte[] sample = samples[random.Next(samples.Length)];
        sample.CopyTo(datagram, 0);
        for (int i = random.Next(4); i > 0; i--)
        {
            datagram[random.Next(sample.Length)] = (byte)random.Next(256);
        }

        return random.Next(8) == 0 ? random.Next(sample.Length) : sample.Length;
    }

    private IEnumerable<byte[]> Samples(LocalName own)
    {
        RouteEntry route = Machine.Route(9, Machine.IdAt(0.3));
        yield return Datagram(new SolicitMessage { RouteEntry = route, HashedNonce = new byte[20] });
        yield return Datagram(new RequestMessage { Nonce = 5 });
        yield return Datagram(new FloodMessage { RouteEntry = route, ValidateId = own.Id });
        yield return Datagram(new FloodMessage { RevokeCpa = own.BuildRevokeCpa(_machine.Now.Utc) });
        yield return Datagram(new InquireMessage { ValidateId = own.Id });
        yield return Datagram(new AuthorityMessage { AckedMessageId = 1, Size = 2000, Buffer = new byte[1188] });
        yield return Datagram(new AckMessage { AckedMessageId = 1 });
        yield return Datagram(new AdvertiseMessage { AckedMessageId = 1, HashedNonce = new byte[20] });
        yield return Datagram(new LookupMessage
        {
            Target = own.Id,
            ValidateId = own.Id,
            BestMatch = route,
            Path = PnrpEndpointList.From([Machine.EndpointOf(8)], new byte[18]),
        });
    }

    private byte[] Datagram<TMessage>(scoped in TMessage message)
        where TMessage : IPnrpMessage<TMessage>, allows ref struct
    {
        byte[] bytes = new byte[1500];
        return bytes[..PnrpDatagram.Write(bytes, _machine.Suite, 1, message)];
    }
}
