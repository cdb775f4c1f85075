using System.Text;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;

public sealed class HostileDiscoveryTests
{
    private const int Count = 1_000_000;

    /// <summary>A document of a message: elements, attributes and the text between them.</summary>
    private const long BytesPerMessage = 64 * 1024;

    [Fact]
    public void Every_truncation_is_refused()
    {
        foreach (byte[] golden in DiscoveryVectors.All.Select(DiscoveryVectors.Bytes))
        {
            Assert.True(IsRead(golden));
            for (int length = 0; length < golden.Length; length++)
            {
                Assert.False(IsRead(golden.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void A_million_mutations_cost_no_exception_and_little_memory()
    {
        var random = new SeededBytes();
        byte[][] goldens = [.. DiscoveryVectors.All.Select(DiscoveryVectors.Bytes)];
        byte[] buffer = new byte[WsdEnvelope.MaximumLength * 2];
        IsRead(goldens[0]);
        int read = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            byte[] golden = goldens[random.Next(goldens.Length)];
            int length = i % 2 == 0 ? random.Mutate(golden, buffer) : random.MutateText(golden, buffer);
            try
            {
                read += IsRead(buffer.AsSpan(0, length)) ? 1 : 0;
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

    private static bool IsRead(ReadOnlySpan<byte> bytes) =>
        WsdEnvelope.TryRead(bytes, out WsdEnvelope? envelope)
        && (envelope.NamesTypesOf(PeerDistNames.PeerDist) | Probe.TryRead(envelope, out _) | ProbeMatches.TryRead(envelope, out _));
}
