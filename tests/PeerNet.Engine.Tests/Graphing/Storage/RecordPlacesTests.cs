using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Tests.Graphing.Storage;

/// <summary>The places of ids, which many new records do not enter one by one.</summary>
public sealed class RecordPlacesTests : IDisposable
{
    private const int Count = 300;

    private readonly StoreRig _rig = new();
    private readonly GraphRecord[] _records = [.. Enumerable.Range(0, Count).Select(number => TestRecords.Create(number))];

    [Fact]
    public void Ids_of_many_new_records_wait_and_are_found()
    {
        Put(_records);

        Assert.Equal(0, CountPlaces(_rig.Location));
        AssertFound(_rig.Store);
    }

    [Fact]
    public void They_enter_when_little_else_is_done()
    {
        Put(_records);
        _rig.Store.Put(TestRecords.Create(Count));
        _rig.Store.Put(TestRecords.Create(Count + 1));
        _rig.Store.Put(TestRecords.Create(Count + 2));

        Assert.Equal(Count + 3, CountPlaces(_rig.Location));
        AssertFound(_rig.Store);
    }

    [Fact]
    public void They_enter_when_there_are_enough()
    {
        const int many = 9_000;
        const int batch = 1_000;
        for (int first = 0; first < many; first += batch)
        {
            Put([.. Enumerable.Range(first, batch).Select(number => TestRecords.Create(number))]);
        }

        Assert.Equal(2 * batch, CountPlaces(_rig.Location));
        AssertFound(_rig.Store);
    }

    [Fact]
    public void They_enter_when_the_database_is_closed()
    {
        Put(_records);
        _rig.Store.Dispose();

        Assert.Equal(Count, CountPlaces(_rig.Location));
    }

    // What a process that is killed leaves behind: the database and its log.
    [Fact]
    public void Those_that_waited_when_the_process_was_killed_wait_on()
    {
        Put(_records);
        foreach (string end in (string[])["", "-wal"])
        {
            File.Copy(_rig.Location + end, _rig.Combine("killed") + end);
        }

        using (RecordStore store = RecordFiller.Open(_rig.Combine("killed")))
        {
            AssertFound(store);
            store.Put(TestRecords.Create(Count));
            Assert.Equal(Count + 1, store.Count);
        }

        Assert.Equal(Count + 1, CountPlaces(_rig.Combine("killed")));
    }

    [Fact]
    public void Those_of_a_batch_that_was_given_up_are_not_there()
    {
        Put(_records[..100]);
        _rig.Store.Batch.Begin(isDurable: false);
        Array.ForEach(_records[100..], record => _rig.Store.Put(record));
        _rig.Store.Batch.Cancel();

        Assert.True(_rig.Store.TryGetKey(_records[99].Id, out _));
        Assert.False(_rig.Store.TryGetKey(_records[100].Id, out _));
        Put(_records[100..]);
        AssertFound(_rig.Store);
    }

    [Fact]
    public void Those_that_are_removed_while_others_enter_do_not()
    {
        Put(_records);
        _rig.Store.Remove(_records.MaxBy(record => record.Id)!.Id);
        _rig.Store.Remove(_records.MinBy(record => record.Id)!.Id);
        _rig.Store.Put(_records[0]);

        Assert.Equal(_rig.Store.Count, CountPlaces(_rig.Location));
    }

    // Rows that are gone leave their numbers behind, which a later row is not given.
    [Fact]
    public void A_row_never_has_a_number_behind_which_nobody_looks()
    {
        GraphRecord[] many = [.. Enumerable.Range(0, 600).Select(number => TestRecords.Create(number))];
        Put(many);
        _rig.Store.Dispose();
        _rig.Reopen();
        Array.ForEach(many[300..], record => _rig.Store.Remove(record.Id));
        _rig.Store.Dispose();
        _rig.Reopen();

        Put(many[300..330]);

        Assert.Equal([many[320].Id], Find(_rig.Store, $"peerrecordid -eq '{many[320].Id}'"));
    }

    public void Dispose() => _rig.Dispose();

    private void Put(GraphRecord[] records)
    {
        _rig.Store.Batch.Begin(isDurable: false);
        Array.ForEach(records, record => _rig.Store.Put(record));
        _rig.Store.Batch.Commit();
    }

    private void AssertFound(RecordStore store)
    {
        foreach (GraphRecord record in _records)
        {
            Assert.True(store.TryGetKey(record.Id, out RecordKey key));
            Assert.Equal(record.Key, key);
            StoreRig.AssertSame(record, store.Find(record.Id));
        }

        Assert.Equal([_records[7].Id], Find(store, $"peerrecordid -eq '{_records[7].Id}'"));
        Assert.Equal(
            store.Count, StoreRig.Find(store, new() { CreatorId = _records[0].CreatorId, IncludesDeleted = true }).Count);
    }

    private static Guid[] Find(RecordStore store, string filter) =>
        [.. StoreRig.Find(store, new() { Query = SearchQuery.ParseFilter(filter) }).Select(record => record.Id)];

    private static long CountPlaces(string location)
    {
        using SqliteDatabase database = SqliteDatabase.OpenReader(location, () => false);
        return (long)database.Prepare("SELECT count(*) FROM place").QueryValue()!;
    }
}
