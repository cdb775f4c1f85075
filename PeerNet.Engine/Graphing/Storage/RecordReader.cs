using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>One connection that reads records. For one thread at a time.</summary>
internal sealed class RecordReader : IDisposable
{
    private const int CheckedAtOnce = 10_000;

    // Searches of a kind are one statement; there are few kinds at a time.
    private const int MostStatements = 64;

    private readonly SqliteDatabase _database;
    private readonly RowReader _rows;
    private readonly RecordProof _proof;
    private readonly Dictionary<string, SqliteStatement> _statements = [];
    private CancellationToken _ending;

    public RecordReader(string location, RecordProof proof)
    {
        _proof = proof;
        _database = SqliteDatabase.OpenReader(location, () => _ending.IsCancellationRequested);
        _rows = new(_database, proof);
    }

    /// <summary>Reads something, until it is to end.</summary>
    /// <exception cref="OperationCanceledException">It was to end.</exception>
    public T Do<T>(Func<RecordReader, T> read, CancellationToken ending)
    {
        _ending = ending;
        try
        {
            ending.ThrowIfCancellationRequested();
            _proof.RequireSound();
            return read(this);
        }
        catch (PeerException) when (ending.IsCancellationRequested)
        {
            throw new OperationCanceledException(ending);
        }
    }

    /// <summary>The record of a row; null where there is none.</summary>
    public GraphRecord? Read(long number) => _rows.Read(number);

    /// <summary>Reads all records, in the order in which they came.</summary>
    public void ForEach(Action<GraphRecord> read) => Query(new($"SELECT {RowReader.Columns} FROM record ORDER BY number", []), (_, record) =>
    {
        read(record);
        return true;
    });

    /// <summary>Reads the records of a statement that selects <see cref="RowReader.Columns"/>, until one is enough.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="row">Takes the number of a row and its record; says whether more are wanted.</param>
    public void Query(SqlText sql, Func<long, GraphRecord, bool> row) => Prepare(sql.Text).QueryWhile(
        read =>
        {
            _ending.ThrowIfCancellationRequested();
            return row(RowReader.GetNumber(read), _rows.Decode(read));
        },
        sql.Values);

    /// <summary>The numbers that a statement selects.</summary>
    public List<long> ListNumbers(SqlText sql)
    {
        List<long> numbers = [];
        Prepare(sql.Text).Query(row => numbers.Add(row.GetInt64(0)), sql.Values);
        return numbers;
    }

    /// <summary>Looks at the whole file, and at each record in it. Between pages of records it holds nothing in the
    /// database.</summary>
    /// <exception cref="PeerException">It is damaged.</exception>
    public void Check()
    {
        _database.Check();
        long last = 0;
        bool isMore;
        do
        {
            isMore = false;
            Query(new($"SELECT {RowReader.Columns} FROM record WHERE number > ?1 ORDER BY number LIMIT {CheckedAtOnce}", [last]), (number, _) =>
            {
                last = number;
                return isMore = true;
            });
        }
        while (isMore);
    }

    /// <summary>The number of the last row that there is.</summary>
    public long FindLastNumber() => ListNumbers(new("SELECT ifnull(max(number), 0) FROM record", []))[0];

    /// <summary>The plan of a search.</summary>
    public SearchSql Compile(RecordSearch search)
    {
        List<(long Number, Guid Id)> types = [];
        Prepare("SELECT number, id FROM type").Query(row => types.Add((row.GetInt64(0), SortKeys.ToId(row.GetSpan(1)))));
        return SearchSql.Compile(search, types, count => (int)ListNumbers(count)[0]);
    }

    public void Dispose()
    {
        Forget();
        _database.Dispose();
    }

    // To prepare a statement takes longer than to find a record with it.
    private SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out SqliteStatement? statement))
        {
            if (_statements.Count >= MostStatements)
            {
                Forget();
            }

            statement = new(_database, sql);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    private void Forget()
    {
        foreach (SqliteStatement statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
    }
}
