using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Distribution.Caching;

[Collection(MeasuredAlone.Name)]
public sealed class StoreMemoryTests
{
    [Fact]
    public async Task A_million_questions_for_what_is_not_there_take_no_memory()
    {
        using var fixture = new StoreFixture();
        await fixture.StoreAsync(TestContent.V2(1, 1000));
        SegmentId[] ids = [.. Enumerable.Range(0, 1000).Select(number => Id(number))];
        Assert.Null(fixture.Store.Find(ids[0]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000_000; i++)
        {
            _ = fixture.Store.Find(ids[i % ids.Length]);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public void A_segment_in_memory_is_about_two_hundred_bytes()
    {
        const int count = 100_000;
        Dictionary<SegmentId, CachedSegment> segments = new(count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int number = 0; number < count; number++)
        {
            SegmentId id = Id(number);
            segments.Add(id, new CachedSegment(number, id, PeerContentVersion.V2, 1, isSealed: false));
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        Assert.InRange(each, 1, 250);
    }

    private static SegmentId Id(int number)
    {
        byte[] bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, number);
        SegmentId.TryCreate(bytes, out SegmentId id);
        return id;
    }
}
