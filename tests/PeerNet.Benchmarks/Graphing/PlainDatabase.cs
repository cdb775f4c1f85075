using System.Diagnostics;
using Microsoft.Data.Sqlite;
using PeerNet.Engine.Core;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>SQLite alone: rows into a table of numbers and blobs without any index, in transactions, through the library that
/// the record store uses.</summary>
internal static class PlainDatabase
{
    /// <summary>Rows in a transaction.</summary>
    public const int BatchLength = 500;

    /// <summary>Inserts rows into a new database.</summary>
    /// <returns>How many in a second.</returns>
    public static double Insert(string path, IReadOnlyList<byte[]> rows)
    {
        using SqliteConnection connection = new($"Data Source={path};Pooling=false");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
        Execute(connection, "CREATE TABLE record (number INTEGER PRIMARY KEY, bytes BLOB)");
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO record VALUES (?1, ?2)";
        SqliteParameter number = insert.Parameters.Add("?1", SqliteType.Integer);
        SqliteParameter bytes = insert.Parameters.Add("?2", SqliteType.Blob);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < rows.Count; i += BatchLength)
        {
            Execute(connection, "BEGIN IMMEDIATE");
            for (int row = i; row < Math.Min(i + BatchLength, rows.Count); row++)
            {
                number.Value = row;
                bytes.Value = rows[row];
                insert.ExecuteNonQuery();
            }

            Execute(connection, "COMMIT");
        }

        return rows.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The same with rows of random bytes, and a database that is not kept.</summary>
    public static double Insert(int count, int length)
    {
        byte[][] rows = [.. Enumerable.Range(0, count).Select(_ => new byte[length])];
        Array.ForEach(rows, row => SystemRandomSource.Instance.Fill(row));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-plain-");
        try
        {
            return Insert(Path.Combine(folder.FullName, "plain.db"), rows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Execute(SqliteConnection connection, string script)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }
}
