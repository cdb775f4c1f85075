using SQLitePCL;

namespace PeerNet.Engine.Storage;

/// <summary>A row that a statement has come to. It is gone with the next one.</summary>
/// <param name="statement">The statement.</param>
internal readonly struct SqliteRow(sqlite3_stmt statement)
{
    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <exception cref="OverflowException">The number is larger.</exception>
    public int GetInt32(int column) => checked((int)GetInt64(column));

    public bool GetBoolean(int column) => GetInt64(column) != 0;

    public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>A copy of a column's bytes.</summary>
    public byte[] GetBytes(int column) => GetSpan(column).ToArray();

    /// <summary>A column's bytes, which are gone with the row.</summary>
    public ReadOnlySpan<byte> GetSpan(int column) => raw.sqlite3_column_blob(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>A column as what it is: a number, a text, bytes, or null.</summary>
    public object? GetValue(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => GetInt64(column),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, column),
        raw.SQLITE_TEXT => GetString(column),
        _ => GetBytes(column),
    };
}
