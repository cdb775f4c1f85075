using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Pnrp.Protocol.Messages;
using PeerNet.Engine.Tests.Vectors;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Fuzz;

public class HostileDatagramTests
{
    private const int Count = 1_000_000;

    /// <summary>A datagram makes at most one route entry with 20 addresses.</summary>
    private const long BytesPerDatagram = 512;

    private static readonly SuiteAlgorithms[] Suites = [SuiteAlgorithms.Windows, SuiteAlgorithms.Modern];

    [Fact]
    public void Every_truncation_of_every_golden_structure_is_read_without_an_exception()
    {
        foreach (SuiteAlgorithms suite in Suites)
        {
            foreach (byte[] golden in Structures(suite))
            {
                for (int length = 0; length <= golden.Length; length++)
                {
                    ReadAll(golden.AsSpan(0, length), suite);
                }
            }
        }
    }

    [Fact]
    public void A_truncated_datagram_is_rejected_unless_an_optional_end_is_cut_off()
    {
        foreach ((string name, string vector) in MessageVectors.All)
        {
            byte[] golden = MessageVectors.Bytes(vector, SuiteAlgorithms.Modern);
            for (int length = 0; length < golden.Length; length++)
            {
                byte[]? accepted = Rewritten(golden[..length]);

                bool optionalEnd = (name.StartsWith("Ack", StringComparison.Ordinal) && length == 20)
                    || (name == "Inquire" && length == 56);
                Assert.Equal(optionalEnd, accepted is not null);
            }
        }

        static byte[]? Rewritten(byte[] datagram) =>
            Datagrams.Rewrite(datagram, SuiteAlgorithms.Modern);
    }

    [Fact]
    public void A_million_hostile_datagrams_cost_no_exception_and_no_memory()
    {
        var random = new SeededBytes();
        byte[] buffer = new byte[4096];
        byte[][][] goldens = [.. Suites.Select(suite => Structures(suite).ToArray())];
        ReadAll(goldens[0][0], Suites[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            int which = random.Next(2);
            int length = i % 8 == 0
                ? Noise(random, buffer)
                : random.Mutate(goldens[which][random.Next(goldens[which].Length)], buffer);
            try
            {
                ReadAll(buffer.AsSpan(0, length), Suites[which]);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, datagram {i}: {Convert.ToHexString(buffer.AsSpan(0, length))}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Count * BytesPerDatagram, $"Seed {random.Seed}: {allocated} bytes.");
    }

    [Fact]
    public void Mutated_answers_never_pass_the_checks()
    {
        var random = new SeededBytes(1);
        byte[] buffer = new byte[8192];
        foreach (CpaVectors vectors in new[] { CpaVectors.Windows, CpaVectors.Modern })
        {
            byte[] golden = Answer(vectors);
            int read = 0;
            for (int i = 0; i < 4_000; i++)
            {
                Span<byte> mutated = buffer.AsSpan(0, random.Mutate(golden, buffer));
                var reader = new WireReader(mutated);
                if (!AuthorityBuffer.TryRead(ref reader, vectors.Suite, out AuthorityBuffer answer))
                {
                    continue;
                }

                read++;
                CpaVerdict verdict = AuthorityValidator.Validate(
                    vectors.Suite, answer, vectors.SecureId, CpaVectors.Nonce, CpaVectors.Now, out CertifiedName? name);

                // What the CPA does not sign may change: padding, flags, the route entry's addresses.
                Assert.True(
                    verdict != CpaVerdict.Valid
                    || (answer.Cpa.SequenceEqual(vectors.Secure) && (name!.Text is null or "Grüß Gott")),
                    $"Seed {random.Seed}: {Convert.ToHexString(mutated)}");
            }

            Assert.NotEqual(0, read);
        }
    }

    private static int Noise(SeededBytes random, byte[] buffer)
    {
        int length = random.Next(1400);
        random.Fill(buffer.AsSpan(0, length));
        return length;
    }

    private static IEnumerable<byte[]> Structures(SuiteAlgorithms suite)
    {
        CpaVectors vectors = CpaVectors.For(suite.Suite);
        return MessageVectors.All.Values
            .Append(MessageVectors.Buffer)
            .Append(MessageVectors.BufferWithoutParts)
            .Select(vector => MessageVectors.Bytes(vector, suite))
            .Concat(
            [
                vectors.Secure, vectors.Unsecured, vectors.Revoke, vectors.Utf8Payload, vectors.Utf16Payload,
                vectors.BinaryPayload, Answer(vectors),
            ]);
    }

    private static byte[] Answer(CpaVectors vectors) => Datagrams.Write(
        new AuthorityBuffer
        {
            HasClassifier = true,
            Classifier = "f\0i\0s\0h\0"u8,
            ExtendedPayload = vectors.Utf8Payload,
            RouteEntry = new RouteEntry(vectors.SecureId, 3540, [CpaVectors.First.Address]),
            Cpa = vectors.Secure,
        },
        vectors.Suite);

    private static void ReadAll(ReadOnlySpan<byte> bytes, SuiteAlgorithms suite)
    {
        var datagram = new WireReader(bytes);
        if (PnrpHeader.TryRead(ref datagram, suite, out PnrpHeader header) == PnrpHeaderStatus.Ok)
        {
            ReadMessage(ref datagram, suite, header.Type);
            return;
        }

        var buffer = new WireReader(bytes);
        AuthorityBuffer.TryRead(ref buffer, suite, out _);
        CertifiedPeerAddress.TryRead(bytes, suite, out _);
        ExtendedPayload.TryRead(bytes, suite, out _);
    }

    private static bool ReadMessage(scoped ref WireReader reader, SuiteAlgorithms suite, PnrpMessageType type) => type switch
    {
        PnrpMessageType.Solicit => SolicitMessage.TryRead(ref reader, suite, out _),
        PnrpMessageType.Advertise => AdvertiseMessage.TryRead(ref reader, suite, out _),
        PnrpMessageType.Request => RequestMessage.TryRead(ref reader, suite, out _),
        PnrpMessageType.Flood => FloodMessage.TryRead(ref reader, suite, out _),
        PnrpMessageType.Inquire => InquireMessage.TryRead(ref reader, suite, out _),
        PnrpMessageType.Authority => AuthorityMessage.TryRead(ref reader, suite, out _),
        PnrpMessageType.Ack => AckMessage.TryRead(ref reader, suite, out _),
        _ => LookupMessage.TryRead(ref reader, suite, out _),
    };
}
