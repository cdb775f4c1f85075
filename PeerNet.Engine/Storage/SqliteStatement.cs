using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PeerNet.Engine.Storage;

/// <summary>A statement, whose parameters are <c>?1</c>, <c>?2</c> and so on. It is prepared when it runs first, and lives as long
/// as its database.</summary>
/// <remarks>It speaks to SQLite itself: for a row that is found by its number, a command and its reader would take longer than
/// SQLite does.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly string _sql;
    private sqlite3_stmt? _statement;

    internal SqliteStatement(SqliteDatabase database, string sql)
    {
        _database = database;
        _sql = sql;
    }

    /// <summary>Runs it.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        using SqliteDatabase.Turn turn = _database.Enter();
        QueryWhile(static _ => true, values);
        return raw.sqlite3_changes(_database.Handle);
    }

    /// <summary>Runs it, and hands over each row. The database is not to be used meanwhile.</summary>
    public void Query(Action<SqliteRow> row, params ReadOnlySpan<object?> values) => QueryWhile(
        read =>
        {
            row(read);
            return true;
        },
        values);

    /// <summary>The same, until a row is enough.</summary>
    /// <param name="row">Whether more rows are wanted.</param>
    /// <param name="values">The values of its parameters.</param>
    public void QueryWhile(Func<SqliteRow, bool> row, params ReadOnlySpan<object?> values)
    {
        using SqliteDatabase.Turn turn = _database.Enter();
        try
        {
            sqlite3_stmt statement = _statement ??= Compile();
            try
            {
                Bind(statement, values);
                while (Step(statement) && row(new(statement)))
                {
                    // The next one.
                }
            }
            finally
            {
                raw.sqlite3_reset(statement);
                raw.sqlite3_clear_bindings(statement);
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
        QueryWhile(
            row =>
            {
                value = row.GetValue(0);
                return false;
            },
            values);
        return value;
    }

    public void Dispose() => _statement?.Dispose();

    private sqlite3_stmt Compile()
    {
        Check(raw.sqlite3_prepare_v3(_database.Handle, _sql, raw.SQLITE_PREPARE_PERSISTENT, out sqlite3_stmt statement));
        return statement;
    }

    private bool Step(sqlite3_stmt statement)
    {
        int result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        Check(result);
        return false;
    }

    private void Bind(sqlite3_stmt statement, ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int place = i + 1;
            Check(values[i] switch
            {
                null => raw.sqlite3_bind_null(statement, place),
                byte[] bytes => raw.sqlite3_bind_blob(statement, place, bytes),
                ReadOnlyMemory<byte> bytes => raw.sqlite3_bind_blob(statement, place, bytes.Span),
                string text => raw.sqlite3_bind_text(statement, place, text),
                long number => raw.sqlite3_bind_int64(statement, place, number),
                { } value => raw.sqlite3_bind_int64(statement, place, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            });
        }
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database.Handle);
}
