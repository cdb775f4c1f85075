using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The types of all records, each with its number, which memory holds too. Not for several threads.</summary>
internal sealed class TypeRows
{
    private readonly SqliteStatement _select;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _delete;
    private readonly string _location;
    private readonly Dictionary<Guid, long> _numbers = [];
    private readonly Dictionary<long, Guid> _ids = [];
    private long _last;

    public TypeRows(SqliteDatabase database)
    {
        _location = database.Location;
        _select = database.Prepare("SELECT number, id FROM type");
        _insert = database.Prepare("INSERT INTO type (number, id) VALUES (?1, ?2)");
        _delete = database.Prepare(
            "DELETE FROM type WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM record WHERE kind = ?1)");
    }

    /// <summary>The types, each once.</summary>
    public IReadOnlyCollection<Guid> Ids => _numbers.Keys;

    /// <summary>Reads them anew.</summary>
    public void Load()
    {
        _numbers.Clear();
        _ids.Clear();
        _select.Query(row =>
        {
            byte[] id = row.GetBytes(1);
            if (id.Length != SortKeys.IdLength || !_numbers.TryAdd(SortKeys.ToId(id), row.GetInt64(0)))
            {
                throw SqliteFailure.Damaged(_location, "a type of records is none.");
            }

            _ids.Add(row.GetInt64(0), SortKeys.ToId(id));
            _last = Math.Max(_last, row.GetInt64(0));
        });
    }

    public bool TryGetNumber(Guid id, out long number) => _numbers.TryGetValue(id, out number);

    /// <summary>The type of a number.</summary>
    /// <exception cref="Core.PeerException">There is none: the database is damaged.</exception>
    public Guid GetId(long number) => _ids.TryGetValue(number, out Guid id)
        ? id
        : throw SqliteFailure.Damaged(_location, "a record has no type.");

    /// <summary>The number of a type, which it gets where it has none.</summary>
    public long Take(Guid id)
    {
        if (!_numbers.TryGetValue(id, out long number))
        {
            number = ++_last;
            _insert.Execute(number, SortKeys.OfId(id));
            _numbers.Add(id, number);
            _ids.Add(number, id);
        }

        return number;
    }

    /// <summary>One record of a type is gone; with the last one the type is.</summary>
    public void Leave(Guid id)
    {
        if (_numbers.TryGetValue(id, out long number) && _delete.Execute(number) > 0)
        {
            _numbers.Remove(id);
            _ids.Remove(number);
        }
    }
}
