using System.Text;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Tests.Collaboration.Protocol.Messages;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Fuzz;

public sealed class HostileNearTests
{
    private const int Count = 1_000_000;

    /// <summary>A document of a message: elements, attributes and the text between them.</summary>
    private const long BytesPerMessage = 64 * 1024;

    [Fact]
    public void Every_truncation_is_refused()
    {
        foreach (byte[] golden in NearVectors.All.Select(NearVectors.Bytes))
        {
            Assert.True(NearVectors.IsRead(golden));
            for (int length = 0; length < golden.Length; length++)
            {
                Assert.False(NearVectors.IsRead(golden.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void A_million_mutations_cost_no_exception_and_little_memory()
    {
        var random = new SeededBytes();
        byte[][] goldens = [.. NearVectors.All.Select(NearVectors.Bytes)];
        byte[] buffer = new byte[WsdEnvelope.MaximumLength * 2];
        NearVectors.IsRead(goldens[0]);
        int read = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            byte[] golden = goldens[random.Next(goldens.Length)];
            int length = i % 2 == 0 ? random.Mutate(golden, buffer) : random.MutateText(golden, buffer);
            try
            {
                read += IsReadAndWritten(buffer.AsSpan(0, length)) ? 1 : 0;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, message {i}: {Encoding.Latin1.GetString(buffer, 0, length)}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Count * BytesPerMessage, $"Seed {random.Seed}: {allocated} bytes.");
        Assert.InRange(read, Count / 100, Count);
    }

    // Whatever strangers get past the reader can be passed on: it is within the limits of what is written.
    private static bool IsReadAndWritten(ReadOnlySpan<byte> bytes)
    {
        if (!WsdEnvelope.TryRead(bytes, out WsdEnvelope? envelope))
        {
            return false;
        }

        byte[]? written = NearHello.TryRead(envelope, out NearHello? hello) ? hello.Write()
            : NearProbe.TryRead(envelope, out NearProbe? probe) ? probe.Write()
            : NearBye.TryRead(envelope, out NearBye? bye) ? bye.Write()
            : null;
        if (written is not null)
        {
            Assert.True(NearNames.AreIn(envelope));
            Assert.InRange(written.Length, 1, NearNames.MaximumLength);
            Assert.True(NearVectors.IsRead(written));
        }

        return written is not null;
    }
}
