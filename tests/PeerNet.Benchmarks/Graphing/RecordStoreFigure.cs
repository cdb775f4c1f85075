using System.Diagnostics;
using PeerNet.Benchmarks.Grouping;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// The store of a graph's records, one thread, 100,000 records of 1 KiB. The limit is SQLite alone: the same bytes into a table
/// of numbers and blobs without any index, in transactions of the same size and through the same library. What is stored goes
/// in turns with that, and counts by the time on a processor: the middle one of five.
/// </summary>
internal sealed class RecordStoreFigure : IFigure
{
    private const int RecordCount = 100_000;
    private const int Turns = 5;
    private const int PayloadLength = 1024;
    private const int BatchLength = PlainDatabase.BatchLength;
    private const int DurableCount = 500;
    private const int LookUps = 1000;
    private const string GraphId = "graph";
    private const string PeerId = "peer";

    private static readonly Guid Type = new("11223344-5566-7788-99aa-bbccddeeff00");

    public string Name => "record store";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await Task.CompletedTask;
        string folder = Directory.CreateTempSubdirectory("peernet-records-").FullName;
        try
        {
            GraphRecord[] records = [.. Enumerable.Range(0, RecordCount).Select(Create)];
            byte[][] rows = [.. records.Select(RecordCodec.Encode)];
            string path = Path.Combine(folder, "graph.db");
            GraphState state = new() { GraphId = GraphId, PeerId = PeerId };
            RecordStore store = RecordStore.Create(path, state);
            try
            {
                yield return Compare(folder, "store 1 KiB records, batches of 500", store, records, rows);
                double lookUps = Measurement.Of(() => LookUp(store, records)).PerSecond * LookUps;
                yield return new("look up keys of records that are there", lookUps, "1/s", null);
                yield return new("list all keys, pages of 1,000", Rate(RecordCount, ListAll(store)), "1/s", null);
                yield return new("read all records", Rate(RecordCount, ReadAll(store, records)), "1/s", null);
                GraphRecord[] updates = [.. records.Select(Update)];
                yield return Compare(folder, "replace all, batches of 500", store, updates, rows);
                yield return new("durable batches of one", Rate(DurableCount, PutDurable(store)), "1/s", null);
            }
            finally
            {
                store.Dispose();
            }

            (records, rows) = ([], []);
            store = null!;
            (double open, double held) = OpenAgain(path);
            yield return new("open and validate", open, "1/s", null);
            yield return FigureRow.WithGoal("memory of the open store, above before", held, "MB", 60);

            using RecordStore found = RecordStore.Create(Path.Combine(folder, "found.db"), state);
            GraphRecord[] withAttributes = [.. Enumerable.Range(0, RecordCount).Select(CreateFound)];
            rows = [.. withAttributes.Select(RecordCodec.Encode)];
            yield return Compare(folder, "store with three attributes each", found, withAttributes, rows);
            yield return new("search one of 100,000 by attributes", Measurement.Of(() => Search(found)).PerSecond, "1/s", null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double PerSecond, double Megabytes) OpenAgain(string path)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        using RecordStore store = RecordStore.Open(path, GraphId, PeerId);
        double rate = Rate(store.Count, Stopwatch.GetElapsedTime(start));

        // SQLite's pages beside what the collector knows of.
        long managed = GC.GetTotalMemory(forceFullCollection: true) - before;
        return (rate, (managed + SQLitePCL.raw.sqlite3_memory_used()) / 1e6);
    }

    private static double Rate(double count, TimeSpan time) => count / time.TotalSeconds;

    private static GraphRecord Create(int number)
    {
        byte[] payload = new byte[PayloadLength];
        SystemRandomSource.Instance.Fill(payload);
        string creator = $"peer {number % 20}";
        var now = new PeerTime(130_000_000_000_000_000UL + (ulong)number);
        return new()
        {
            Type = Type,
            Id = RecordIds.Create(Type, creator, SystemRandomSource.Instance),
            Version = 1,
            CreatorId = creator,
            GraphId = GraphId,
            Created = now,
            Modified = now,
            Expires = now + TimeSpan.FromDays(1),
            Payload = payload,
        };
    }

    private static GraphRecord CreateFound(int number) => Create(number) with
    {
        Attributes = $"<attributes><attribute name=\"Name\" type=\"string\">name {number}</attribute><attribute name=\"Number\" "
            + $"type=\"int\">{number}</attribute><attribute name=\"Day\" type=\"date\">2003-01-31</attribute></attributes>",
    };

    private static void Search(RecordStore store)
    {
        RecordSearch search = new() { Query = SearchQuery.ParseFilter("Name -eq 'name 4711' -and Number -gt 4000") };
        if (store.Search(search).ReadAsync(10, long.MaxValue, CancellationToken.None).GetAwaiter().GetResult().Count != 1)
        {
            throw new InvalidOperationException("The record was not found.");
        }
    }

    private static GraphRecord Update(GraphRecord record) =>
        RecordEdits.Revise(record, "editor", record.Modified + TimeSpan.FromHours(1));

    private static FigureRow Compare(string folder, string name, RecordStore store, GraphRecord[] records, byte[][] rows)
    {
        string path = Path.Combine(folder, "plain.db");
        double[] rates;
        using (var plain = new PlainDatabase(path))
        {
            rates = ProcessorMeter.MeasureInTurns(
                RecordCount / Turns,
                Turns,
                turn => PutAll(store, TurnOf(records, turn)),
                turn => plain.Insert(TurnOf(rows, turn)));
        }

        File.Delete(path);
        return new(name, rates[0], "1/s", rates[1]);
    }

    private static ReadOnlySpan<T> TurnOf<T>(T[] all, int turn) => all.AsSpan(turn * (RecordCount / Turns), RecordCount / Turns);

    private static void PutAll(RecordStore store, ReadOnlySpan<GraphRecord> records)
    {
        for (; records.Length > 0; records = records[BatchLength..])
        {
            store.Batch.Begin(isDurable: false);
            foreach (GraphRecord record in records[..BatchLength])
            {
                store.Put(record);
            }

            store.Batch.Commit();
        }
    }

    private static TimeSpan PutDurable(RecordStore store)
    {
        GraphRecord[] records = [.. Enumerable.Range(RecordCount, DurableCount).Select(Create)];
        long start = Stopwatch.GetTimestamp();
        foreach (GraphRecord record in records)
        {
            store.Put(record);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static void LookUp(RecordStore store, GraphRecord[] records)
    {
        for (int i = 0; i < LookUps; i++)
        {
            if (!store.TryGetKey(records[i * 97 % records.Length].Id, out _))
            {
                throw new InvalidOperationException("A record is missing.");
            }
        }
    }

    private static TimeSpan ListAll(RecordStore store)
    {
        long start = Stopwatch.GetTimestamp();
        int count = 0;
        RecordKey? last = null;
        for (IReadOnlyList<RecordKey> page = List(store, last); page.Count > 0; page = List(store, last))
        {
            count += page.Count;
            last = page[^1];
        }

        return count == RecordCount
            ? Stopwatch.GetElapsedTime(start)
            : throw new InvalidOperationException($"{count} keys were listed.");
    }

    private static IReadOnlyList<RecordKey> List(RecordStore store, RecordKey? after) =>
        store.ListKeys(RecordSelection.All, after, 1000);

    private static TimeSpan ReadAll(RecordStore store, GraphRecord[] records)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (GraphRecord record in records)
        {
            if (store.Find(record.Id) is null)
            {
                throw new InvalidOperationException("A record is missing.");
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
