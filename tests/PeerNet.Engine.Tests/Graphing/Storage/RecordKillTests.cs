using System.Diagnostics;
using System.Globalization;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Search;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Tests.Fuzz;

namespace PeerNet.Engine.Tests.Graphing.Storage;

public sealed class RecordKillTests : IDisposable
{
    private const int Kills = 10;
    private readonly TemporaryFolder _folder = new();

    private string Location => _folder.Combine("graph.db");

    // SIGKILL, or its like on Windows, at any moment of a store at work. What remains is each batch that was acknowledged, and
    // at most the one whose acknowledgement never came out, whole.
    [Fact]
    public async Task A_store_that_is_killed_over_and_over_holds_every_batch_that_was_committed()
    {
        var chance = new SeededBytes();
        RecordFiller.Create(Location).Dispose();
        Dictionary<Guid, GraphRecord> held = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            int seed = chance.Next(int.MaxValue);
            int committed = await FillAndKillAsync(seed, chance.Next(150));
            for (int batch = 0; batch < committed; batch++)
            {
                Apply(held, seed, batch);
            }

            Dictionary<Guid, GraphRecord> next = new(held);
            Apply(next, seed, committed);
            held = Check(held, next, $"seed {chance.Seed}, kill {kill}, {committed} batches");
        }

        Assert.NotEmpty(held);
    }

    public void Dispose() => _folder.Dispose();

    private static void Apply(Dictionary<Guid, GraphRecord> records, int seed, int batch) => RecordFiller.Apply(
        seed,
        batch,
        id => records.GetValueOrDefault(id),
        record => records[record.Id] = record,
        id => records.Remove(id));

    private async Task<int> FillAndKillAsync(int seed, int batches)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in new[]
        {
            "exec",
            typeof(RecordFiller).Assembly.Location,
            "fill-records",
            Location,
            seed.ToString(CultureInfo.InvariantCulture),
        })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        int acknowledged = 0;
        try
        {
            while (acknowledged < batches)
            {
                Assert.Equal(acknowledged.ToString(CultureInfo.InvariantCulture), await process.StandardOutput.ReadLineAsync());
                acknowledged++;
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        // What was said before the end. A line that was cut off is none.
        string rest = await process.StandardOutput.ReadToEndAsync();
        return acknowledged + rest.Count(unit => unit == '\n');
    }

    private Dictionary<Guid, GraphRecord> Check(
        Dictionary<Guid, GraphRecord> acknowledged, Dictionary<Guid, GraphRecord> next, string when)
    {
        using RecordStore store = RecordFiller.Open(Location);
        Dictionary<Guid, GraphRecord> stored = [];
        foreach (RecordKey key in store.ListKeys(RecordSelection.All, null, int.MaxValue))
        {
            stored.Add(key.Id, store.Find(key.Id)!);
        }

        bool isNext = AreEqual(stored, next);
        Assert.True(isNext || AreEqual(stored, acknowledged), when);
        CheckAttributes(store, stored, when);
        return stored;
    }

    private static bool AreEqual(Dictionary<Guid, GraphRecord> left, Dictionary<Guid, GraphRecord> right) =>
        left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out GraphRecord? other)
            && RecordCodec.Encode(pair.Value).AsSpan().SequenceEqual(RecordCodec.Encode(other)));

    private static void CheckAttributes(RecordStore store, Dictionary<Guid, GraphRecord> stored, string when)
    {
        foreach (string attributes in stored.Values.Select(record => record.Attributes).Distinct())
        {
            string batch = attributes.Split('>')[2].Split('<')[0];
            int found = StoreRig.Find(store, new() { Query = SearchQuery.ParseFilter($"batch -eq {batch}") }).Count;
            Assert.True(stored.Values.Count(record => record.Attributes == attributes) == found, when);
        }
    }
}
