using Microsoft.Data.Sqlite;

namespace PeerNet.Engine.Storage;

/// <summary>A prepared statement, whose parameters are <c>?1</c>, <c>?2</c> and so on. It lives as long as its database.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteCommand _command;

    internal SqliteStatement(SqliteDatabase database, SqliteCommand command)
    {
        _database = database;
        _command = command;
    }

    /// <summary>Runs it.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        using SqliteDatabase.Turn turn = _database.Enter();
        Bind(values);
        try
        {
            return _command.ExecuteNonQuery();
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Translate(exception, _database.Location);
        }
    }

    /// <summary>Runs it, and hands over each row. The database is not to be used meanwhile.</summary>
    public void Query(Action<SqliteDataReader> row, params ReadOnlySpan<object?> values) => QueryWhile(
        read =>
        {
            row(read);
            return true;
        },
        values);

    /// <summary>The same, until a row is enough.</summary>
    /// <param name="row">Whether more rows are wanted.</param>
    /// <param name="values">The values of its parameters.</param>
    public void QueryWhile(Func<SqliteDataReader, bool> row, params ReadOnlySpan<object?> values)
    {
        using SqliteDatabase.Turn turn = _database.Enter();
        Bind(values);
        try
        {
            using SqliteDataReader reader = _command.ExecuteReader();
            while (reader.Read() && row(reader))
            {
                // The next one.
            }
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Translate(exception, _database.Location);
        }
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    public object? QueryValue(params ReadOnlySpan<object?> values)
    {
        object? value = null;
        bool isFirst = true;
        Query(
            row =>
            {
                value = isFirst && !row.IsDBNull(0) ? row.GetValue(0) : value;
                isFirst = false;
            },
            values);
        return value;
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        SqliteParameterCollection parameters = _command.Parameters;
        for (int i = parameters.Count; i < values.Length; i++)
        {
            parameters.Add(new SqliteParameter { ParameterName = $"?{i + 1}" });
        }

        for (int i = 0; i < values.Length; i++)
        {
            parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
