using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Tests.Graphing.Protocol.Messages;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Fuzz;

public sealed class HostileGraphTests
{
    private const int Count = 1_000_000;

    /// <summary>A message makes at most a list of the few addresses it has, its texts and its own bytes again.</summary>
    private const long BytesPerMessage = 1024;

    private static readonly byte[] GraphInfo = HexVector.Parse(GraphVectors.GraphInfoPayload);
    private static readonly byte[] Contact = HexVector.Parse(GraphVectors.ContactPayload);
    private static readonly byte[] Presence = HexVector.Parse(GraphVectors.PresencePayload);
    private static readonly byte[][] Messages = [.. GraphVectors.Messages.Values.Select(HexVector.Parse)];

    [Fact]
    public void No_truncation_of_a_message_or_payload_is_read()
    {
        foreach (byte[] golden in Messages)
        {
            CheckTruncations(golden, bytes => MessageBytes.Rewrite(bytes) is not null);
        }

        CheckTruncations(GraphInfo, bytes => GraphInfoPayload.TryRead(bytes, "G", out _));
        CheckTruncations(Contact, bytes => ContactPayload.TryRead(bytes, out _));
        CheckTruncations(Presence, bytes => PresencePayload.TryRead(bytes, out _));
    }

    // The size in the head follows the truncation, so that the other checks are reached.
    [Fact]
    public void Every_shortened_message_is_read_without_an_exception()
    {
        foreach (byte[] golden in Messages)
        {
            for (int length = 8; length <= golden.Length; length++)
            {
                byte[] shortened = golden[..length];
                shortened[3] = (byte)length;
                MessageBytes.Rewrite(shortened);
            }
        }
    }

    [Fact]
    public void A_million_hostile_messages_cost_no_exception_and_no_memory()
    {
        var random = new SeededBytes();
        byte[][] goldens = [.. Messages, GraphInfo, Contact, Presence];
        byte[] buffer = new byte[1024];
        ReadAll(goldens[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            int length = random.Mutate(goldens[random.Next(goldens.Length)], buffer);
            if (length >= 4 && !random.Chance(8))
            {
                // Most have the right size, or nothing but that would be tested.
                (buffer[0], buffer[1], buffer[2], buffer[3]) = (0, 0, (byte)(length >> 8), (byte)length);
            }

            try
            {
                ReadAll(buffer.AsSpan(0, length));
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, message {i}: {Convert.ToHexString(buffer.AsSpan(0, length))}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Count * BytesPerMessage, $"Seed {random.Seed}: {allocated} bytes.");
    }

    [Fact]
    public void Counts_that_promise_more_than_there_is_cost_no_memory()
    {
        byte[][] goldens =
        [
            HexVector.Parse(GraphVectors.SolicitHash), HexVector.Parse(GraphVectors.Advertise),
            HexVector.Parse(GraphVectors.Request),
        ];
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[] golden in goldens)
        {
            for (int at = 8; at < 16; at++)
            {
                byte[] bytes = [.. golden];
                bytes[at] = 0xFF;
                MessageBytes.Rewrite(bytes);
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static void CheckTruncations(byte[] golden, Func<byte[], bool> isRead)
    {
        Assert.True(isRead(golden));
        for (int length = 0; length < golden.Length; length++)
        {
            Assert.False(isRead(golden[..length]));
        }
    }

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        GraphInfoPayload.TryRead(bytes, "G", out _);
        ContactPayload.TryRead(bytes, out _);
        PresencePayload.TryRead(bytes, out _);
        SignaturePayload.TryRead(bytes, out _);
        MessageBytes.Rewrite(bytes);
    }
}
