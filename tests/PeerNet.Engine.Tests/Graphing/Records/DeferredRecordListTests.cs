using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Tests.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Records;

public sealed class DeferredRecordListTests
{
    private readonly DeferredRecordList _deferred = new();

    [Fact]
    public void They_are_taken_out_once_in_the_order_they_came()
    {
        GraphRecord[] records = [.. Enumerable.Range(0, 3).Select(number => TestRecords.Create(number))];
        Array.ForEach(records, _deferred.Add);

        Assert.Equal(records, _deferred.Records);
        Assert.Equal(records, _deferred.TakeAll());
        Assert.Empty(_deferred.TakeAll());
    }

    [Fact]
    public void Of_two_versions_the_newer_stays()
    {
        GraphRecord older = TestRecords.Create(1);
        GraphRecord newer = TestRecords.Update(older, 5);
        _deferred.Add(older);
        _deferred.Add(newer);
        _deferred.Add(older);

        Assert.Equal([newer], _deferred.TakeAll());
    }

    [Fact]
    public void A_flood_of_them_has_limits()
    {
        for (int number = 0; number < DeferredRecordList.MaximumCount + 10; number++)
        {
            _deferred.Add(TestRecords.Create(number));
        }

        Assert.Equal((DeferredRecordList.MaximumCount, 10L), (_deferred.Count, _deferred.DroppedCount));
        Assert.Equal(TestRecords.Create(10).Id, _deferred.Records.First().Id);

        const int length = 1024 * 1024;
        for (int number = 0; number < 20; number++)
        {
            _deferred.Add(TestRecords.Create(5000 + number, length: length));
        }

        Assert.Equal(15, _deferred.Count);
        _deferred.Add(TestRecords.Create(6000, length: (int)DeferredRecordList.MaximumBytes));
        Assert.Equal(0, _deferred.Count);
        _deferred.Add(TestRecords.Create(1));
        Assert.Equal(1, _deferred.Count);
    }
}
