using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Tests.Graphing.Storage;

/// <summary>Changes a store in batches until somebody kills the process. What each batch does follows from the seed, its number
/// and what is stored.</summary>
internal static class RecordFiller
{
    private const int Numbers = 200;

    /// <summary>Says a line after each batch that was committed.</summary>
    public static int Run(string path, int seed)
    {
        using RecordStore store = File.Exists(path) ? Open(path) : Create(path);
        for (int batch = 0; ; batch++)
        {
            store.Batch.Begin(isDurable: batch % 3 == 0);
            Apply(seed, batch, store.Find, record => store.Put(record), store.Remove);
            store.Batch.Commit();
            Console.WriteLine(batch);
        }
    }

    public static RecordStore Create(string path) =>
        RecordStore.Create(path, new() { GraphId = TestRecords.GraphId, PeerId = TestRecords.PeerId });

    public static RecordStore Open(string path) => RecordStore.Open(
        path, TestRecords.GraphId, TestRecords.PeerId);

    /// <summary>Does a batch to whatever holds records.</summary>
    public static void Apply(
        int seed, int batch, Func<Guid, GraphRecord?> find, Action<GraphRecord> put, Action<Guid> remove)
    {
        var random = new Random(HashCode(seed, batch));
        for (int changes = 1 + random.Next(20); changes > 0; changes--)
        {
            GraphRecord made = TestRecords.Create(random.Next(Numbers), length: random.Next(10) == 0 ? 20_000 : 200);
            GraphRecord? held = find(made.Id);
            if (held is not null && random.Next(5) == 0)
            {
                remove(made.Id);
                continue;
            }

            GraphRecord next = held is null ? made : TestRecords.Update(held, random.Next(1000));
            put(next with
            {
                Attributes = $"<attributes><attribute name='batch' type='int'>{batch}</attribute></attributes>",
            });
        }
    }

    // The same in every process, unlike HashCode.Combine.
    private static int HashCode(int seed, int batch) => unchecked((seed * 31) + (batch * 7919));
}
