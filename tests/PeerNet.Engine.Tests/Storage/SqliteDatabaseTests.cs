using System.Runtime.Versioning;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private static readonly SqliteSchema First = new()
    {
        ApplicationId = 0x50_4E_00_01,
        Migrations = ["CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes BLOB)"],
    };

    private static readonly SqliteSchema Second = First with
    {
        Migrations = [.. First.Migrations, "ALTER TABLE thing ADD COLUMN size INTEGER NOT NULL DEFAULT 7"],
    };

    private readonly TemporaryFolder _folder = new();

    private string Location => _folder.Combine("things.db");

    [Fact]
    public void What_was_stored_is_there_when_the_database_is_opened_again()
    {
        using (SqliteDatabase database = Open(First))
        {
            Insert(database, "a", [1, 2, 3]);
            Insert(database, "b", null);
        }

        using SqliteDatabase again = Open(First);
        Assert.Equal(
            new byte[] { 1, 2, 3 }, again.Prepare("SELECT bytes FROM thing WHERE name = ?1").QueryValue("a"));
        Assert.Null(again.Prepare("SELECT bytes FROM thing WHERE name = ?1").QueryValue("b"));
        Assert.Null(again.Prepare("SELECT bytes FROM thing WHERE name = ?1").QueryValue("c"));
        Assert.Equal(["things.db"], Names(except: ["-wal", "-shm"]));
    }

    [Fact]
    public void A_closed_database_is_one_file()
    {
        using (SqliteDatabase database = Open(First))
        {
            Insert(database, "a", null);
        }

        Assert.Equal(["things.db"], Names());
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void The_database_and_its_log_are_private()
    {
        File.WriteAllBytes(Location, []);
        using SqliteDatabase database = Open(First);
        Insert(database, "a", null);

        Assert.True(Names().Length > 1);
        foreach (string file in Directory.EnumerateFiles(_folder.Location))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void An_older_database_is_brought_up_to_date_and_keeps_its_rows()
    {
        using (SqliteDatabase database = Open(First))
        {
            Insert(database, "a", null);
        }

        using SqliteDatabase again = Open(Second);
        Assert.Equal(7L, again.Prepare("SELECT size FROM thing WHERE name = 'a'").QueryValue());
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_version_before_it()
    {
        using (Open(First))
        {
        }

        SqliteSchema broken = First with { Migrations = [.. First.Migrations, "CREATE TABLE more (id); CREATE TABLE thing (id)"] };
        Assert.Throws<PeerException>(() => Open(broken));

        using SqliteDatabase again = Open(Second);
        Assert.Equal(0L, again.Prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'more'").QueryValue());
    }

    [Fact]
    public void A_later_version_is_refused_and_left_alone()
    {
        using (Open(Second))
        {
        }

        AssertRefused(PeerErrors.UnsupportedVersion, First);
    }

    [Fact]
    public void Another_programs_database_is_refused_and_left_alone()
    {
        using (Open(First with { ApplicationId = 5 }))
        {
        }

        AssertRefused(PeerErrors.InvalidDatabase, First);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        File.WriteAllText(Location, new string('x', 5000));

        AssertRefused(PeerErrors.InvalidDatabase, First);
    }

    [Fact]
    public void A_damaged_database_is_refused_and_left_alone()
    {
        using (SqliteDatabase database = Open(First))
        {
            database.Transact(() =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    Insert(database, $"a name that takes some room, number {i}", new byte[100]);
                }
            });
        }

        byte[] bytes = File.ReadAllBytes(Location);
        new Random(1).NextBytes(bytes.AsSpan(bytes.Length / 2, 8192));
        File.WriteAllBytes(Location, bytes);

        AssertRefused(PeerErrors.InvalidDatabase, First);
    }

    [Fact]
    public void A_transaction_that_throws_leaves_nothing()
    {
        using SqliteDatabase database = Open(First);
        Assert.Throws<InvalidTimeZoneException>(() => database.Transact(() =>
        {
            Insert(database, "a", null);
            throw new InvalidTimeZoneException();
        }));

        Assert.Equal(0L, database.Prepare("SELECT count(*) FROM thing").QueryValue());
        database.Transact(() => Insert(database, "b", null));
        Assert.Equal(1L, database.Prepare("SELECT count(*) FROM thing").QueryValue());
    }

    [Fact]
    public void A_broken_rule_is_an_error_that_names_the_database()
    {
        using SqliteDatabase database = Open(First);
        Insert(database, "a", null);

        PeerException exception = Assert.Throws<PeerException>(() => Insert(database, "a", null));
        Assert.Equal(Location, exception.Target);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_that_names_the_database()
    {
        string path = _folder.Combine("none/things.db");

        Assert.Equal(path, Assert.Throws<PeerException>(() => SqliteDatabase.Open(path, First, SqliteDurability.Full)).Target);
    }

    [Fact]
    public void A_full_disk_is_reported_as_one()
    {
        using SqliteDatabase database = Open(First);
        database.Execute("PRAGMA max_page_count = 8");

        PeerException exception = Assert.Throws<PeerException>(() => Insert(database, "a", new byte[100_000]));

        Assert.Equal(PeerErrors.DiskFull, exception.Error);
        Insert(database, "b", null);
    }

    [Fact]
    public async Task Threads_take_turns()
    {
        using SqliteDatabase database = Open(First);
        SqliteStatement insert = database.Prepare("INSERT INTO thing (name) VALUES (?1)");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                database.Transact(() => insert.Execute($"{thread}-{i}"));
            }
        })));

        Assert.Equal(400L, database.Prepare("SELECT count(*) FROM thing").QueryValue());
    }

    public void Dispose() => _folder.Dispose();

    private static void Insert(SqliteDatabase database, string name, byte[]? bytes) =>
        database.Prepare("INSERT INTO thing (name, bytes) VALUES (?1, ?2)").Execute(name, bytes);

    private SqliteDatabase Open(SqliteSchema schema) => SqliteDatabase.Open(Location, schema, SqliteDurability.Normal);

    private void AssertRefused(PeerError error, SqliteSchema schema)
    {
        byte[] before = File.ReadAllBytes(Location);
        PeerException exception = Assert.Throws<PeerException>(() => Open(schema));

        Assert.Equal(error, exception.Error);
        Assert.Contains(Location, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Location));
    }

    private string[] Names(params string[] except) =>
    [
        .. Directory.EnumerateFiles(_folder.Location)
            .Select(file => Path.GetFileName(file))
            .Where(name => !except.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal),
    ];
}
