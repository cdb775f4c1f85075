using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Tests.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Protocol;

public sealed class DeferredRecordsTests
{
    private const int MaximumCount = 1000;
    private const int MaximumBytes = 16 * 1024 * 1024;

    private readonly DeferredRecords _deferred = new(MaximumCount, MaximumBytes);

    [Fact]
    public void They_are_taken_out_once_in_the_order_they_came()
    {
        GraphRecord[] records = [.. Enumerable.Range(0, 3).Select(number => TestRecords.Create(number))];
        Array.ForEach(records, record => _deferred.Add(record, new byte[1]));

        Assert.Equal(records, _deferred.List());
        Assert.Equal(records, _deferred.Take().Select(taken => taken.Record));
        Assert.Empty(_deferred.Take());
    }

    [Fact]
    public void Of_two_versions_the_newer_stays()
    {
        GraphRecord older = TestRecords.Create(1);
        GraphRecord newer = TestRecords.Update(older, 5);
        _deferred.Add(older, new byte[1]);
        _deferred.Add(newer, new byte[1]);
        _deferred.Add(older, new byte[1]);

        Assert.Equal([newer], _deferred.List());
    }

    [Fact]
    public void A_flood_of_them_has_limits()
    {
        int evicted = Enumerable.Range(0, MaximumCount + 10).Sum(number => _deferred.Add(TestRecords.Create(number), new byte[1]));

        Assert.Equal((MaximumCount, 10), (_deferred.Count, evicted));
        Assert.Equal(TestRecords.Create(10).Id, _deferred.List()[0].Id);

        byte[] large = new byte[1024 * 1024];
        for (int number = 0; number < 20; number++)
        {
            _deferred.Add(TestRecords.Create(5000 + number), large);
        }

        Assert.Equal(16, _deferred.Count);
        Assert.Equal(1, _deferred.Add(TestRecords.Create(6000), new byte[MaximumBytes + 1]));
        Assert.Equal(16, _deferred.Count);
    }
}
