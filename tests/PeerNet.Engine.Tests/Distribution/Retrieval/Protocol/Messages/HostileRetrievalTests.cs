using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Tests.Fuzz;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Distribution.Retrieval.Protocol.Messages;

public sealed class HostileRetrievalTests
{
    private const int Count = 1_000_000;

    /// <summary>What the longest list of a message of 4 KiB may cost.</summary>
    private const long BytesPerMessage = 2048;

    private static readonly byte[][] Requests =
    [
        RetrievalVectors.Bytes(RetrievalVectors.NegoReq),
        RetrievalVectors.Bytes(RetrievalVectors.GetBlkList),
        RetrievalVectors.Bytes(RetrievalVectors.GetBlks),
        RetrievalVectors.Bytes(RetrievalVectors.GetSegList),
    ];

    private static readonly byte[][] Responses =
    [
        RetrievalVectors.Bytes(RetrievalVectors.NegoResp),
        RetrievalVectors.Bytes(RetrievalVectors.BlkList),
        RetrievalVectors.Bytes(RetrievalVectors.Blk),
        RetrievalVectors.Bytes(RetrievalVectors.SegList),
    ];

    [Fact]
    public void Every_message_is_read_whole_and_no_truncation_of_it_is()
    {
        foreach (byte[] golden in Requests.Concat(Responses))
        {
            Assert.True(ReadAll(golden));
            for (int length = 0; length < golden.Length; length++)
            {
                Assert.False(ReadAll(golden.AsSpan(0, length)));

                // And where both sizes are made to fit what is left.
                Assert.False(ReadAll(Fit(golden.AsSpan(0, length), Array.IndexOf(Responses, golden) >= 0)));
            }
        }
    }

    [Fact]
    public void A_million_hostile_messages_cost_no_exception_and_little_memory()
    {
        var random = new SeededBytes();
        byte[][] goldens = [.. Requests, .. Responses];
        byte[] buffer = new byte[4096];
        int read = 0;
        ReadAll(goldens[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            int which = random.Next(goldens.Length);
            int length = random.Mutate(goldens[which], buffer);
            Span<byte> message = buffer.AsSpan(0, length);
            if (i % 2 == 0)
            {
                FitInPlace(message, which >= Requests.Length);
            }

            try
            {
                read += ReadAll(message) ? 1 : 0;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {random.Seed}, message {i}: {Convert.ToHexString(message)}\n{exception}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Count * BytesPerMessage, $"Seed {random.Seed}: {allocated} bytes.");
        Assert.NotEqual(0, read);
    }

    private static byte[] Fit(ReadOnlySpan<byte> message, bool isResponse)
    {
        byte[] copy = message.ToArray();
        FitInPlace(copy, isResponse);
        return copy;
    }

    private static void FitInPlace(Span<byte> message, bool isResponse)
    {
        int start = isResponse ? RetrievalFrame.PrefixLength : 0;
        if (message.Length < start + RetrievalHeader.Length)
        {
            return;
        }

        var writer = new WireWriter(message[(start + 8)..]);
        writer.WriteUInt32((uint)(message.Length - start));
        if (isResponse)
        {
            RetrievalFrame.WritePrefix(message);
        }
    }

    private static bool ReadAll(ReadOnlySpan<byte> bytes) =>
        (RetrievalFrame.TryReadRequest(bytes, out RetrievalHeader request, out WireReader body)
            && ReadMessage(ref body, request.Type))
        || (RetrievalFrame.TryReadResponse(bytes, out RetrievalHeader response, out body)
            && ReadMessage(ref body, response.Type));

    private static bool ReadMessage(scoped ref WireReader body, RetrievalMessageType type) => type switch
    {
        RetrievalMessageType.NegoReq => NegoReq.TryRead(ref body, out _),
        RetrievalMessageType.NegoResp => NegoResp.TryRead(ref body, out _),
        RetrievalMessageType.GetBlkList => GetBlkList.TryRead(ref body, out _),
        RetrievalMessageType.GetBlks => GetBlks.TryRead(ref body, out _),
        RetrievalMessageType.BlkList => BlkList.TryRead(ref body, out _),
        RetrievalMessageType.Blk => Blk.TryRead(ref body, out _),
        RetrievalMessageType.GetSegList => GetSegList.TryRead(ref body, out _),
        RetrievalMessageType.SegList => SegList.TryRead(ref body, out _),
        _ => false,
    };
}
