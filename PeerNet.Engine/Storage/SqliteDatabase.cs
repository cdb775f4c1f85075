using System.Globalization;
using Microsoft.Data.Sqlite;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Storage;

/// <summary>
/// An SQLite database of which this process is the only writer. An instance is one connection, which threads take turns to use;
/// the file and those beside it can be read by the user alone.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const int BusyTimeoutSeconds = 5;

    // Steps of SQLite's machine: some microseconds.
    private const int StepsBetweenLooks = 1000;
    private const int KeepLogOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly List<SqliteStatement> _statements = [];
    private SqliteStatement? _begin;
    private SqliteStatement? _commit;
    private bool _isInTransaction;

    private SqliteDatabase(string path, SqliteConnection connection)
    {
        Location = path;
        _connection = connection;
    }

    /// <summary>The file's full path.</summary>
    public string Location { get; }

    /// <summary>Whether all of the file was checked when it was opened.</summary>
    public bool IsChecked { get; private set; }

    /// <summary>Bytes of a page.</summary>
    public int PageLength { get; private set; }

    /// <summary>Opens a database, makes it where there is none, and brings an older one up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">What it looks like.</param>
    /// <param name="durability">What survives a power failure.</param>
    /// <param name="checkedBytes">Up to what length all of the file is checked first: that takes time. Who opens a longer one
    /// calls <see cref="Check"/> when there is time.</param>
    /// <exception cref="PeerException">It is damaged, of another kind or of a later version, and was left as it was; or
    /// the disk is full, or access is denied.</exception>
    public static SqliteDatabase Open(
        string path, SqliteSchema schema, SqliteDurability durability, long checkedBytes = long.MaxValue)
    {
        string full = Path.GetFullPath(path);
        CreatePrivate(full);
        SqliteDatabase database = Connect(full, SqliteOpenMode.ReadWrite);
        try
        {
            database.IsChecked = new FileInfo(full).Length <= checkedBytes;
            database.Prepare(schema, durability);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens a database that this process has open already, to read it beside its writer: what is committed, each
    /// statement as of its beginning. It never waits, and nobody waits for it.</summary>
    /// <param name="path">The database.</param>
    /// <param name="isStopped">Asked now and then by a statement that takes long, on its thread: whether it is to end.</param>
    public static SqliteDatabase OpenReader(string path, Func<bool> isStopped)
    {
        SqliteDatabase database = Connect(path, SqliteOpenMode.ReadOnly);
        try
        {
            database._connection.Open();
            SQLitePCL.raw.sqlite3_busy_timeout(database._connection.Handle, BusyTimeoutSeconds * 1000);
            database.Execute("PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;");
            SQLitePCL.raw.sqlite3_progress_handler(
                database._connection.Handle, StepsBetweenLooks, _ => isStopped() ? 1 : 0, null);
            return database;
        }
        catch (SqliteException exception)
        {
            database.Dispose();
            throw SqliteFailure.Translate(exception, path);
        }
    }

    /// <summary>Runs a script.</summary>
    public void Execute(string script)
    {
        using Turn turn = Enter();
        try
        {
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = script;
            command.ExecuteNonQuery();
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Translate(exception, Location);
        }
    }

    /// <summary>Prepares a statement, which is closed with the database.</summary>
    public SqliteStatement Prepare(string sql)
    {
        using Turn turn = Enter();
        var statement = new SqliteStatement(this, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs a statement once, and hands over each row. The database is not to be used meanwhile.</summary>
    public void Query(string sql, Action<SqliteRow> row, params ReadOnlySpan<object?> values)
    {
        using Turn turn = Enter();
        using var statement = new SqliteStatement(this, sql);
        statement.Query(row, values);
    }

    /// <summary>The same, until a row is enough.</summary>
    public void QueryWhile(string sql, Func<SqliteRow, bool> row, params ReadOnlySpan<object?> values)
    {
        using Turn turn = Enter();
        using var statement = new SqliteStatement(this, sql);
        statement.QueryWhile(row, values);
    }

    /// <summary>Does all of something or, where it throws, nothing of it. Transactions do not nest.</summary>
    public void Transact(Action action)
    {
        using Turn turn = Enter();
        Begin();
        try
        {
            action();
            Commit();
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <summary>Begins a transaction that <see cref="Commit"/> or <see cref="RollBack"/> ends, for a database that has one user:
    /// whatever is done to it meanwhile is part of the transaction.</summary>
    public void Begin()
    {
        using Turn turn = Enter();
        if (_isInTransaction)
        {
            throw new InvalidOperationException("Transactions do not nest.");
        }

        (_begin ??= Prepare("BEGIN")).Execute();
        _isInTransaction = true;
    }

    /// <summary>Keeps what the transaction did. Where that fails, it is still to be rolled back.</summary>
    public void Commit()
    {
        using Turn turn = Enter();
        (_commit ??= Prepare("COMMIT")).Execute();
        _isInTransaction = false;
    }

    /// <summary>Undoes the transaction.</summary>
    public void RollBack()
    {
        using Turn turn = Enter();
        _isInTransaction = false;

        // One that failed may be over already: SQLite ends it on some errors by itself.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            Execute("ROLLBACK");
        }
    }

    /// <summary>Chooses what survives a power failure, from the next transaction on.</summary>
    public void SetDurability(SqliteDurability durability) =>
        Execute($"PRAGMA synchronous = {(durability == SqliteDurability.Full ? "FULL" : "NORMAL")}");

    /// <summary>Closes the database; what was committed is in its one file.</summary>
    public void Dispose()
    {
        using Turn turn = Enter();
        foreach (SqliteStatement statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection.Dispose();
    }

    /// <summary>The connection, for whoever has the turn.</summary>
    internal SQLitePCL.sqlite3 Handle => _connection.Handle!;

    /// <summary>Waits for the connection; the same thread may do so again.</summary>
    internal Turn Enter() => new(_gate);

    private static SqliteDatabase Connect(string path, SqliteOpenMode mode) => new(
        path,
        new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusyTimeoutSeconds,
        }.ToString()));

    private static void CreatePrivate(string path)
    {
        try
        {
            PrivateFile.Ensure(path);
            using FileStream stream = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

            // SQLite gives the log the mode of the database.
            PrivateFile.Protect(stream.SafeFileHandle);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    private void Prepare(SqliteSchema schema, SqliteDurability durability)
    {
        try
        {
            _connection.Open();
            SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, BusyTimeoutSeconds * 1000);
            KeepLog(true);

            // What was not checked as a whole is looked at more closely page by page.
            Execute("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;");
            int version = RequireKnown(schema);
            KeepLog(false);
            Execute(
                """
                PRAGMA journal_mode = WAL;
                PRAGMA foreign_keys = ON;
                PRAGMA secure_delete = ON;
                """);
            PageLength = (int)(long)ReadPragma("page_size");
            SetDurability(durability);
            Migrate(schema, version);
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Translate(exception, Location);
        }
    }

    // Closing the last connection writes the log into the database, which is not to happen to a damaged one.
    private void KeepLog(bool isKept) =>
        SQLitePCL.raw.sqlite3_db_config(_connection.Handle, KeepLogOnClose, isKept ? 1 : 0, out _);

    /// <summary>Checks the whole file, which takes a second for some 100 MB.</summary>
    /// <exception cref="PeerException">It is damaged.</exception>
    public void Check()
    {
        using Turn turn = Enter();
        try
        {
            string verdict = (string)ReadPragma("quick_check(1)");
            if (verdict != "ok")
            {
                throw SqliteFailure.Damaged(Location, $"{verdict}.");
            }
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Translate(exception, Location);
        }
    }

    private int RequireKnown(SqliteSchema schema)
    {
        long version = (long)ReadPragma("user_version");

        // What is brought up to date is read as a whole anyway.
        IsChecked |= version != schema.Migrations.Count;
        if (IsChecked)
        {
            Check();
        }

        if ((long)ReadPragma("application_id") != schema.ApplicationId && !IsEmpty())
        {
            throw SqliteFailure.Damaged(Location, "it belongs to another program.");
        }

        return version >= 0 && version <= schema.Migrations.Count
            ? (int)version
            : throw PeerErrors.UnsupportedVersion.Exception(
                $"The database '{Location}' has version {version}; this PeerNet knows versions up to "
                + $"{schema.Migrations.Count}. It was left as it was; use the later PeerNet that wrote it.",
                Location);
    }

    private bool IsEmpty()
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema";
        return (long)command.ExecuteScalar()! == 0;
    }

    private object ReadPragma(string pragma)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return command.ExecuteScalar()!;
    }

    private void Migrate(SqliteSchema schema, int version)
    {
        for (int next = version; next < schema.Migrations.Count; next++)
        {
            if (schema.Migrations[next].Step is { } step)
            {
                Repeat(step);
            }

            string script = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {schema.Migrations[next].Script};
                PRAGMA application_id = {schema.ApplicationId};
                PRAGMA user_version = {next + 1};
                """);
            Transact(() => Execute(script));
        }
    }

    private void Repeat(string step)
    {
        using var statement = new SqliteStatement(this, step);
        while (statement.Execute() > 0)
        {
            // The next one.
        }
    }

    /// <summary>A thread's turn at the connection.</summary>
    internal readonly ref struct Turn
    {
        private readonly Lock _gate;

        public Turn(Lock gate)
        {
            _gate = gate;
            _gate.Enter();
        }

        public void Dispose() => _gate.Exit();
    }
}
