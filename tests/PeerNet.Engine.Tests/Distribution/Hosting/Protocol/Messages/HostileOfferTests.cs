using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Distribution.Hosting.Protocol.Messages;

public sealed class HostileOfferTests
{
    private const int Count = 1_000_000;

    /// <summary>A batched offer of 4 KiB has 69 descriptors; what they and a copied description may take.</summary>
    private const long BytesPerMessage = 16 * 1024;

    private static readonly byte[][] Goldens =
    [
        OfferVectors.Bytes(OfferVectors.InitialOffer),
        OfferVectors.Bytes(OfferVectors.SegmentInfo),
        OfferVectors.Bytes(OfferVectors.BatchedOffer),
        OfferVectors.Bytes(OfferVectors.Ok),
        OfferVectors.Bytes(OfferVectors.Interested),
    ];

    [Fact]
    public void Every_message_is_read_whole_and_no_truncation_of_it_is()
    {
        foreach (byte[] golden in Goldens)
        {
            Assert.True(ReadAll(golden));
            for (int length = 0; length < golden.Length; length++)
            {
                // A batch that ends between two descriptors is a shorter batch.
                bool isBatch = golden == Goldens[2] && length == OfferHeader.Length + SegmentDescriptor.Length;
                Assert.Equal(isBatch, ReadAll(golden.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var random = new SeededBytes();
        for (int i = 0; i < 1_000; i++)
        {
            var segments = new SegmentDescriptor[1 + random.Next(BatchedOffer.MaximumSegments)];
            for (int k = 0; k < segments.Length; k++)
            {
                Assert.True(Engine.Distribution.SegmentId.TryCreate(random.Bytes(32), out Engine.Distribution.SegmentId id));
                segments[k] = new(
                    (uint)random.Next(int.MaxValue),
                    (uint)random.Next(int.MaxValue),
                    new ContentTag(new Guid(random.Bytes(16))),
                    random.Chance(2) ? OfferHash.Sha256 : OfferHash.TruncatedSha512,
                    id);
            }

            ushort port = (ushort)random.Next(ushort.MaxValue + 1);
            byte[] bytes = OfferFrame.Write(new BatchedOffer(segments), port);

            Assert.True(OfferFrame.TryRead(bytes, out OfferHeader header, out WireReader body), $"Seed {random.Seed}");
            Assert.True(BatchedOffer.TryRead(ref body, out BatchedOffer read), $"Seed {random.Seed}");
            Assert.Equal(port, header.Port);
            Assert.Equal(segments, read.Segments);
        }
    }

    [Fact]
    public void A_million_hostile_messages_cost_no_exception_and_little_memory()
    {
        var random = new SeededBytes();
        byte[] buffer = new byte[4096];
        int read = 0;
        ReadAll(Goldens[1]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            int length = random.Mutate(Goldens[random.Next(Goldens.Length)], buffer);
            try
            {
                read += ReadAll(buffer.AsSpan(0, length)) ? 1 : 0;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, message {i}: {Convert.ToHexString(buffer.AsSpan(0, length))}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Count * BytesPerMessage, $"Seed {random.Seed}: {allocated} bytes.");
        Assert.NotEqual(0, read);
    }

    private static bool ReadAll(ReadOnlySpan<byte> bytes) =>
        OfferResponse.TryRead(bytes, out _)
        || (OfferFrame.TryRead(bytes, out OfferHeader header, out WireReader body) && ReadMessage(ref body, header.Type));

    private static bool ReadMessage(scoped ref WireReader body, OfferMessageType type) => type switch
    {
        OfferMessageType.InitialOffer => InitialOffer.TryRead(ref body, out _),
        OfferMessageType.SegmentInfo => SegmentInfo.TryRead(ref body, out SegmentInfo info) && info.TryReadSegment(out _),
        OfferMessageType.BatchedOffer => BatchedOffer.TryRead(ref body, out _),
        _ => false,
    };
}
