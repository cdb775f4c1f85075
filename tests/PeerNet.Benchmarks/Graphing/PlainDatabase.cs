using System.Diagnostics;
using Microsoft.Data.Sqlite;
using PeerNet.Engine.Core;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>SQLite alone: rows into a table of numbers and blobs without any index, in transactions, through the library that
/// the record store uses.</summary>
internal sealed class PlainDatabase : IDisposable
{
    /// <summary>Rows in a transaction.</summary>
    public const int BatchLength = 500;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteParameter _number;
    private readonly SqliteParameter _bytes;
    private long _count;

    /// <summary>A new database.</summary>
    public PlainDatabase(string path)
    {
        _connection = new($"Data Source={path};Pooling=false");
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
        Execute("CREATE TABLE record (number INTEGER PRIMARY KEY, bytes BLOB)");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO record VALUES (?1, ?2)";
        _number = _insert.Parameters.Add("?1", SqliteType.Integer);
        _bytes = _insert.Parameters.Add("?2", SqliteType.Blob);
    }

    /// <summary>Inserts rows behind those that are there.</summary>
    public void Insert(ReadOnlySpan<byte[]> rows)
    {
        for (; rows.Length > 0; rows = rows[Math.Min(BatchLength, rows.Length)..])
        {
            Execute("BEGIN IMMEDIATE");
            foreach (byte[] row in rows[..Math.Min(BatchLength, rows.Length)])
            {
                _number.Value = _count++;
                _bytes.Value = row;
                _insert.ExecuteNonQuery();
            }

            Execute("COMMIT");
        }
    }

    /// <summary>Inserts rows of random bytes into a database that is not kept.</summary>
    /// <returns>How many in a second.</returns>
    public static double Insert(int count, int length)
    {
        byte[][] rows = [.. Enumerable.Range(0, count).Select(_ => new byte[length])];
        Array.ForEach(rows, row => SystemRandomSource.Instance.Fill(row));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-plain-");
        try
        {
            using var database = new PlainDatabase(Path.Combine(folder.FullName, "plain.db"));
            long start = Stopwatch.GetTimestamp();
            database.Insert(rows);
            return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private void Execute(string script)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }
}
