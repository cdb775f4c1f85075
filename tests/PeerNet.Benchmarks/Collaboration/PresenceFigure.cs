using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Security;
using PeerNet.Engine.Collaboration;

namespace PeerNet.Benchmarks.Collaboration;

/// <summary>How long after a change of presence its subscribers know, all on the loopback interface and in this process. The
/// limit is as many bare TLS connections that are written to one after the other, in turns with it.</summary>
internal sealed class PresenceFigure(int subscribers) : IFigure
{
    private const int Rounds = 60;
    private const int WarmUp = 10;
    private const double Wanted = 1.5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => $"Presence to {subscribers} subscribers";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await using RealPerson publisher = await RealPerson.StartAsync("publisher");
        List<RealPerson> watchers = [];
        for (int i = 0; i < subscribers; i++)
        {
            RealPerson watcher = await RealPerson.StartAsync($"watcher {i}");
            watchers.Add(watcher);
            await publisher.AddAsync(watcher, isWatched: false);
            await watcher.AddAsync(publisher, isWatched: true);
        }

        var (change, all) = (new Change(), new ConcurrentBag<double>());
        var (bare, bareAll) = (new Change(), new ConcurrentBag<double>());
        foreach (RealPerson watcher in watchers)
        {
            watcher.Heard = news =>
            {
                if (news is PeerPresence { Status: PeerPresenceStatus.Busy } presence && presence.Text == change.Text)
                {
                    change.Note(all);
                }
            };
        }

        await using var connections = new BareConnections(publisher);
        List<SslStream> servers = [];
        for (int i = 0; i < subscribers; i++)
        {
            var (client, server) = await connections.OpenAsync();
            servers.Add(server);
            _ = ReadAsync(client, bare, bareAll);
        }

        await WaitForAllAsync(publisher, change, all);
        byte[] frame = new byte[Change.FrameLength];
        for (int round = 0; round < Rounds + WarmUp; round++)
        {
            if (round == WarmUp)
            {
                all.Clear();
                bareAll.Clear();
            }

            Task changed = change.Begin($"round {round:d4}", subscribers);
            await publisher.SetAsync(change.Text);
            await changed.WaitAsync(Patience);

            Task written = bare.Begin("", subscribers);
            foreach (SslStream server in servers)
            {
                await server.WriteAsync(frame);
            }

            await written.WaitAsync(Patience);
        }

        double[] ours = [.. all.Order()];
        double[] theirs = [.. bareAll.Order()];
        yield return new("bare TLS writes, p50", Percentile(theirs, 0.5), "ms", null);
        yield return new("presence known, p50", Percentile(ours, 0.5), "ms", Percentile(theirs, 0.5));
        yield return FigureRow.WithGoal("presence known, p50, goal", Percentile(ours, 0.5), "ms", Wanted * Percentile(theirs, 0.5));
        yield return new("bare TLS writes, p99", Percentile(theirs, 0.99), "ms", null);
        yield return new("presence known, p99", Percentile(ours, 0.99), "ms", Percentile(theirs, 0.99));
        yield return FigureRow.WithGoal("presence known, p99, goal", Percentile(ours, 0.99), "ms", Wanted * Percentile(theirs, 0.99));
        foreach (RealPerson watcher in watchers)
        {
            await watcher.DisposeAsync();
        }
    }

    /// <summary>A value below which a share of sorted values is.</summary>
    internal static double Percentile(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    // Everybody is connected and subscribed when one change has reached all of them.
    private async Task WaitForAllAsync(RealPerson publisher, Change change, ConcurrentBag<double> all)
    {
        long start = Stopwatch.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            Task changed = change.Begin($"begin {attempt:d4}", subscribers);
            await publisher.SetAsync(change.Text);
            if (await Task.WhenAny(changed, Task.Delay(500)) == changed)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"{all.Count} of {subscribers} know.");
            }
        }
    }

    private static async Task ReadAsync(SslStream client, Change change, ConcurrentBag<double> all)
    {
        byte[] buffer = new byte[Change.FrameLength];
        try
        {
            while (true)
            {
                await client.ReadExactlyAsync(buffer);
                change.Note(all);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The figure is over.
        }
    }

    /// <summary>One change, and how many know of it.</summary>
    private sealed class Change
    {
        /// <summary>Bytes of a presence with the names and the text of this figure.</summary>
        public const int FrameLength = 50;

        private TaskCompletionSource _done = new();
        private long _start;
        private int _left;

        public string Text { get; private set; } = "";

        public Task Begin(string text, int count)
        {
            (_done, _left, Text) = (new(TaskCreationOptions.RunContinuationsAsynchronously), count, text);
            _start = Stopwatch.GetTimestamp();
            return _done.Task;
        }

        public void Note(ConcurrentBag<double> all)
        {
            all.Add(Stopwatch.GetElapsedTime(_start).TotalMilliseconds);
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _done.TrySetResult();
            }
        }
    }
}
