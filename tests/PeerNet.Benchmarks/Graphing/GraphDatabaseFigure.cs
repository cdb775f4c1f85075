using System.Diagnostics;
using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>
/// A graph whose database is large: records of 200 bytes with a text and a number each. What its user waits for at the prompt:
/// until it is open, for searches, and for a record to be kept, alone and beside a slow search. Each is the middle one of
/// several, and the limits are what is promised at any size.
/// </summary>
internal sealed class GraphDatabaseFigure(int count) : IFigure
{
    private const int PayloadLength = 200;
    private const int BatchLength = 10_000;
    private const int Repeats = 5;
    private const int Additions = 200;
    private const int RangeLength = 100;

    // More would take minutes.
    private const int MostListed = 1_000_000;

    // How many times of alone a record may take beside a slow search.
    private const double Beside = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    public string Name => string.Create(CultureInfo.InvariantCulture, $"graph database {count}");

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-database-");
        await using PeerNode node = await RealGraph.StartNodeAsync(folder.FullName, "peer");
        try
        {
            string file = await CreateAsync(node, folder.FullName);
            yield return Row("fill, batches of 10,000", count / Fill(file).TotalSeconds, "1/s", null);
            yield return Row("file", new FileInfo(file).Length / 1e6, "MB", null);

            using var meter = MemoryMeter.Start();
            yield return Row("open", (await MiddleAsync(() => ReopenAsync(node))).TotalMilliseconds, "ms", 1000);
            await OpenAsync(node);
            yield return Row("memory when it is open", meter.Settle(), "MB", null);

            int low = count / 2;
            string range = $"Number -ge {low} -and Number -lt {low + RangeLength}";
            yield return Row("100 of a range", Milliseconds(await MiddleAsync(() => SearchAsync(node, range, RangeLength))), "ms", 3);
            string name = Invariant($"Name -like 'name {low}*'");
            yield return Row("a prefix", Milliseconds(await MiddleAsync(() => SearchAsync(node, name, null))), "ms", 3);
            yield return Row("within a text", Milliseconds(await MiddleAsync(() => SearchAsync(node, "Name -like '*99999*'", null))), "ms", null);
            yield return Row("first of all", Milliseconds(await MiddleAsync(() => FirstAsync(node))), "ms", 10);
            if (count <= MostListed)
            {
                yield return Row("all", count / (await MiddleAsync(() => SearchAsync(node, null, count), 1)).TotalSeconds, "1/s", null);
            }


            double alone = Milliseconds(Middle(await AddAsync(node, Additions, CancellationToken.None)));
            yield return Row("add a record", alone, "ms", null);
            (TimeSpan middle, TimeSpan longest) = await AddBesideAsync(node);
            yield return Row("add beside a slow search", Milliseconds(middle), "ms", Beside * alone);
            yield return Row("the longest of these", Milliseconds(longest), "ms", null);
            yield return Row("most memory", meter.Stop(), "MB", null);
        }
        finally
        {
            await node.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private FigureRow Row(string what, double value, string unit, double? limit) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{count:N0} records, {what}"), value, unit, limit);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Milliseconds(TimeSpan time) => time.TotalMilliseconds;

    private static TimeSpan Middle(IEnumerable<TimeSpan> times)
    {
        TimeSpan[] all = [.. times.Order()];
        return all[all.Length / 2];
    }

    private static async Task<TimeSpan> MiddleAsync(Func<Task<TimeSpan>> measure, int repeats = Repeats)
    {
        List<TimeSpan> times = [];
        for (int i = 0; i < repeats; i++)
        {
            times.Add(await measure());
        }

        return Middle(times);
    }

    /// <returns>The file of the graph's database, which is closed.</returns>
    private static async Task<string> CreateAsync(PeerNode node, string folder)
    {
        await node.Graphs.CreateAsync(
            new() { GraphId = RealGraph.GraphId, PeerId = "peer", Properties = new() { Scope = PeerGraphScope.Loopback } }, default);
        await node.Graphs.CloseAsync(RealGraph.GraphId, persist: true, default);
        return Directory.EnumerateFiles(folder, "*.graph", SearchOption.AllDirectories).Single();
    }

    private TimeSpan Fill(string file)
    {
        long start = Stopwatch.GetTimestamp();
        using RecordStore store = RecordStore.Open(file, RealGraph.GraphId, "peer");
        var now = PeerTime.FromUtc(DateTimeOffset.UtcNow - TimeSpan.FromHours(1), store.State.PeerTimeDelta);
        for (int number = 0; number < count;)
        {
            store.Batch.Begin(isDurable: false);
            for (int last = Math.Min(number + BatchLength, count); number < last; number++)
            {
                store.Put(Create(number, now + TimeSpan.FromTicks(number)));
            }

            store.Batch.Commit();
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static GraphRecord Create(int number, PeerTime now)
    {
        byte[] payload = new byte[PayloadLength];
        SystemRandomSource.Instance.Fill(payload);
        string creator = $"peer {number % 20}";
        return new()
        {
            Type = Type,
            Id = RecordIds.Create(Type, creator, SystemRandomSource.Instance),
            Version = 1,
            CreatorId = creator,
            GraphId = RealGraph.GraphId,
            Created = now,
            Modified = now,
            Expires = now + TimeSpan.FromDays(1),
            Payload = payload,
            Attributes = Invariant(
                $"<attributes><attribute name=\"Name\" type=\"string\">name {number}</attribute><attribute name=\"Number\" type=\"int\">{number}</attribute></attributes>"),
        };
    }

    private static async Task<TimeSpan> ReopenAsync(PeerNode node)
    {
        TimeSpan time = await OpenAsync(node);
        await node.Graphs.CloseAsync(RealGraph.GraphId, persist: true, default);
        return time;
    }

    // Open is what answers.
    private static async Task<TimeSpan> OpenAsync(PeerNode node)
    {
        long start = Stopwatch.GetTimestamp();
        await node.Graphs.ConnectAsync(
            new() { GraphId = RealGraph.GraphId, PeerId = "peer" }, isAwaited: false, progress: null, default);
        await node.Graphs.FindRecordAsync(RealGraph.GraphId, Guid.NewGuid(), default);
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> SearchAsync(PeerNode node, string? filter, int? expected)
    {
        long start = Stopwatch.GetTimestamp();
        int found = 0;
        await foreach (PeerRecord _ in Search(node, filter, default))
        {
            found++;
        }

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        return found == (expected ?? found) && found > 0 ? time : throw new InvalidOperationException($"{found} records were found.");
    }

    private static async Task<TimeSpan> FirstAsync(PeerNode node)
    {
        long start = Stopwatch.GetTimestamp();
        await using IAsyncEnumerator<PeerRecord> records = Search(node, null, default).GetAsyncEnumerator();
        return await records.MoveNextAsync() ? Stopwatch.GetElapsedTime(start) : throw new InvalidOperationException("There is none.");
    }

    private static IAsyncEnumerable<PeerRecord> Search(PeerNode node, string? filter, CancellationToken cancellationToken) =>
        node.Graphs.GetRecordsAsync(RealGraph.GraphId, new() { Types = [Type], Filter = filter }, cancellationToken);

    private static async Task<List<TimeSpan>> AddAsync(PeerNode node, int most, CancellationToken cancellationToken)
    {
        List<TimeSpan> times = [];
        while (times.Count < most && !cancellationToken.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            await RealGraph.AddAsync(node);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        return times;
    }

    // Slow: it has to look at every record, and finds none.
    private static async Task<(TimeSpan Middle, TimeSpan Longest)> AddBesideAsync(PeerNode node)
    {
        using var ended = new CancellationTokenSource();
        Task<bool> search = Task.Run(async () =>
        {
            bool isFound = false;
            while (!ended.IsCancellationRequested)
            {
                await foreach (PeerRecord _ in Search(node, "Name -like '*x?y*' -or peerlastmodifiedby -like '*x?y*'", default))
                {
                    isFound = true;
                }
            }

            return isFound;
        });
        await Task.Delay(TimeSpan.FromMilliseconds(50));
        using var patience = new CancellationTokenSource(Patience);
        List<TimeSpan> times = await AddAsync(node, Additions, patience.Token);
        await ended.CancelAsync();
        return await search ? throw new InvalidOperationException("Something was found.") : (Middle(times), times.Max());
    }
}
