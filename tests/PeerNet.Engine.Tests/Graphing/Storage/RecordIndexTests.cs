using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Graphing.Storage;

[Collection(MeasuredAlone.Name)]
public sealed class RecordIndexTests
{
    [Fact]
    public void A_record_in_memory_takes_less_than_two_hundred_bytes()
    {
        const int count = 100_000;
        Guid[] ids = [.. Enumerable.Range(0, count).Select(number => new Guid(number, 0, 0, new byte[8]))];
        var index = new RecordIndex();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int number = 0; number < count; number++)
        {
            index.TryLoad(ids[number], new(number, TestRecords.Time(number), TestRecords.TypeA, 1, false));
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        GC.KeepAlive(index);
        Assert.InRange(each, 1, 200);
    }

    [Fact]
    public void Changes_are_undone_in_reverse()
    {
        var index = new RecordIndex();
        Guid id = Guid.NewGuid();
        IndexEntry first = new(1, TestRecords.Time(1), TestRecords.TypeA, 1, false);
        index.Set(id, first);
        index.Keep();

        index.Set(id, first with { Version = 2, Type = TestRecords.TypeB });
        index.Remove(id);
        index.Set(id, first with { Version = 3 });
        index.Set(Guid.NewGuid(), first with { Type = TestRecords.TypeB });
        index.Undo();

        Assert.True(index.TryGet(id, out IndexEntry entry));
        Assert.Equal((first, 1), (entry, index.Count));
        Assert.Equal([TestRecords.TypeA], index.Types);
        Assert.False(index.TryLoad(id, first));
    }
}
