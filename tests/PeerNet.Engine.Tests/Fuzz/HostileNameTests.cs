using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Tests.NameService.Protocol;
using PeerNet.Engine.Tests.NameService.Protocol.Messages;

namespace PeerNet.Engine.Tests.Fuzz;

public sealed class HostileNameTests
{
    private const int Count = 1_000_000;

    /// <summary>What waits for a search, and what is remembered of it.</summary>
    private const long BytesPerQuestion = 4 * 1024;

    [Fact]
    public void A_million_mutated_questions_cost_no_exception_little_memory_and_no_longer_answers()
    {
        var random = new SeededBytes();
        byte[][] goldens =
        [
            .. new[] { DnsQueryTests.DigA, DnsQueryTests.DigPlain, DnsQueryTests.DigSrv, DnsQueryTests.DigLater }.Select(Convert.FromHexString),
            DnsQuestion.Write("Printer.p0123456789abcdef0123456789abcdef01234567.pnrp.net", DnsType.Txt, 1232, new byte[24]),
            Convert.FromHexString("000101000001000000000000C00C00010001"),
        ];
        byte[] buffer = new byte[4096];
        var server = new NameServerMachine(new SeededRandom(1));
        int answers = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            int length = random.Mutate(goldens[random.Next(goldens.Length)], buffer);
            var now = new Moment(TimeSpan.FromMilliseconds(i), DateTimeOffset.UnixEpoch);
            try
            {
                answers += Ask(server, now, random, buffer.AsSpan(0, length));
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, question {i}: {Convert.ToHexString(buffer.AsSpan(0, length))}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Count * BytesPerQuestion, string.Create(CultureInfo.InvariantCulture, $"Seed {random.Seed}: {allocated} bytes."));
        Assert.InRange(answers, Count / 4, Count);
        Assert.InRange(server.Names, 1, DnsLimits.MaximumNames);
    }

    private static int Ask(NameServerMachine server, Moment now, SeededBytes random, ReadOnlySpan<byte> question)
    {
        if (server.NextDue <= now.Elapsed)
        {
            server.Advance(now);
            server.TakeEffects();
        }

        server.Receive(now, random.Chance(2) ? LoneServer.Here : LoneServer.From("192.0.2.1"), question);
        int answers = 0;
        int search = 0;
        foreach (NameServerEffect effect in server.TakeEffects())
        {
            search = effect.Search?.Number ?? search;
            answers += effect.Search is null ? 1 : 0;
            Assert.InRange(effect.Answer.Length, 0, 3 * question.Length);
        }

        if (search > 0 && random.Chance(2))
        {
            server.Searched(now, search, random.Chance(2) ? new([]) : new([LoneServer.Registration("192.0.2.1:80", "[2001:db8::1]:80")]));
            server.TakeEffects();
        }
        else if (search > 0)
        {
            server.Searched(now, search, new([], "nobody"));
            server.TakeEffects();
        }

        return answers;
    }
}
