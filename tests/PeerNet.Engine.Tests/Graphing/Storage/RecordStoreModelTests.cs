using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Graphing.Storage;

/// <summary>The store beside a dictionary that does the same.</summary>
public sealed class RecordStoreModelTests : IDisposable
{
    private const int Rounds = 400;
    private const int Numbers = 60;
    private static readonly Guid[] Types = [.. Enumerable.Range(0, 12).Select(number => new Guid(number, 1, 2, new byte[8]))];

    private readonly StoreRig _rig = new();
    private readonly SeededBytes _random = new();
    private Dictionary<Guid, GraphRecord> _model = [];

    [Fact]
    public void Whatever_is_done_the_store_is_what_a_dictionary_would_be()
    {
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                DoBatch();
                if (_random.Chance(25))
                {
                    _rig.Reopen();
                }

                Compare();
            }
        }
        catch (Exception exception)
        {
            Assert.Fail($"Seed {_random.Seed}: {exception}");
        }
    }

    public void Dispose() => _rig.Dispose();

    private void DoBatch()
    {
        Dictionary<Guid, GraphRecord> before = new(_model);
        bool isAlone = _random.Chance(4);
        if (!isAlone)
        {
            _rig.Store.Batch.Begin(_random.Chance(2));
        }

        for (int changes = isAlone ? 1 : _random.Next(8); changes > 0; changes--)
        {
            DoChange();
        }

        if (isAlone)
        {
            return;
        }

        if (_random.Chance(3))
        {
            _rig.Store.Batch.Cancel();
            _model = before;
        }
        else
        {
            _rig.Store.Batch.Commit();
        }
    }

    private void DoChange()
    {
        int number = _random.Next(Numbers);
        GraphRecord record = TestRecords.Create(number, Types[number % Types.Length]);
        if (_random.Chance(4))
        {
            _rig.Store.Remove(record.Id);
            _model.Remove(record.Id);
            return;
        }

        // Few ticks, so that many records share one.
        record = _model.TryGetValue(record.Id, out GraphRecord? held) ? TestRecords.Update(held, _random.Next(90)) : record;
        record = record with
        {
            Modified = record.Modified > TestRecords.Time(_random.Next(20)) ? record.Modified : TestRecords.Time(20),
            Expires = TestRecords.Time(1000 + _random.Next(50)),
            Attributes = _random.Chance(2) ? "" : $"<attributes><attribute name='n' type='int'>{_random.Next(5)}</attribute></attributes>",
        };
        _rig.Store.Put(record);
        _model[record.Id] = record;
    }

    private void Compare()
    {
        RecordStore store = _rig.Store;
        Assert.Equal(_model.Count, store.Count);
        Assert.Equal(_model.Values.Select(record => record.Type).Distinct().Order(), store.ListTypes().Order());
        Assert.Equal(
            _model.Count == 0 ? null : _model.Values.Min(record => record.Expires), store.NextExpiration);
        GraphRecord any = TestRecords.Create(_random.Next(Numbers), Types[0]);
        StoreRig.AssertSame(_model.GetValueOrDefault(any.Id), store.Find(any.Id));
        Assert.Equal(_model.GetValueOrDefault(any.Id)?.Key, store.TryGetKey(any.Id, out RecordKey key) ? key : null);

        PeerTime moment = TestRecords.Time(1000 + _random.Next(50));
        RecordKey[] expiring = [.. _model.Values.Where(record => record.Expires < moment).Select(record => record.Key)];
        Assert.Equal(expiring.Order(), store.ListExpiring(moment, 1000).Order());

        RecordSelection selection = Select();
        Assert.Equal(
            _model.Values.Where(record => IsMeant(selection, record.Key)).Select(record => record.Key).Order(),
            ListAll(selection));
    }

    private RecordSelection Select()
    {
        RecordKey[] keys = [.. _model.Values.Select(record => record.Key)];
        return new()
        {
            Types = [.. Enumerable.Range(0, _random.Next(_random.Chance(2) ? 4 : 12)).Select(_ => Types[_random.Next(Types.Length)])],
            IsExclusion = _random.Chance(2),
            ModifiedSince = _random.Chance(2) ? null : TestRecords.Time(_random.Next(90)),
            Last = keys.Length == 0 || _random.Chance(2) ? null : keys[_random.Next(keys.Length)],
        };
    }

    private List<RecordKey> ListAll(RecordSelection selection)
    {
        int limit = 1 + _random.Next(7);
        List<RecordKey> keys = [];
        IReadOnlyList<RecordKey> page;
        do
        {
            page = _rig.Store.ListKeys(selection, keys.Count == 0 ? null : keys[^1], limit);
            Assert.InRange(page.Count, 0, limit);
            keys.AddRange(page);
        }
        while (page.Count == limit);
        return keys;
    }

    private static bool IsMeant(RecordSelection selection, RecordKey key) =>
        (selection.Types.Count == 0 || selection.Types.Contains(key.Type) != selection.IsExclusion)
        && !(key.Modified < selection.ModifiedSince)
        && !(key > selection.Last);
}
