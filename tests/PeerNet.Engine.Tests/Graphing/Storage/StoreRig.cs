using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Storage;

/// <summary>A store in a folder of its own.</summary>
internal sealed class StoreRig : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StoreRig() => Store = RecordStore.Create(Location, new() { GraphId = TestRecords.GraphId, PeerId = TestRecords.PeerId });

    public RecordStore Store { get; private set; }

    public string Location => Combine("graph.db");

    public string Combine(string name) => _folder.Combine(name);

    /// <summary>Closes the store and opens it again.</summary>
    public RecordStore Reopen()
    {
        Store.Dispose();
        return Store = RecordStore.Open(Location, TestRecords.GraphId, TestRecords.PeerId);
    }

    /// <summary>All that a search finds, in small pages.</summary>
    public static List<GraphRecord> Find(RecordStore store, RecordSearch search)
    {
        RecordCursor cursor = store.Search(search);
        List<GraphRecord> all = [];
        for (IReadOnlyList<GraphRecord> page = Read(cursor, 50, 3000); page.Count > 0; page = Read(cursor, 50, 3000))
        {
            all.AddRange(page);
        }

        return all;
    }

    /// <summary>The next page.</summary>
    public static IReadOnlyList<GraphRecord> Read(RecordCursor cursor, int limit, long bytes) =>
        cursor.ReadAsync(limit, bytes, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>How a search is done.</summary>
    public static SearchSql Compile(RecordStore store, RecordSearch search) =>
        store.Readers.UseAsync(reader => reader.Compile(search), CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }

    public static void AssertSame(GraphRecord? expected, GraphRecord? actual) =>
        Assert.Equal(
            expected is null ? null : RecordCodec.Encode(expected), actual is null ? null : RecordCodec.Encode(actual));
}
