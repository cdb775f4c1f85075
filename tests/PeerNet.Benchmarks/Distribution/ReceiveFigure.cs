using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Downloads content from the caches of one peer and of four, each a process of its own, decrypted and verified into a file.
/// The mark is a plain GET of the same bytes from a content server into a file, with a SHA-256 pass beside it; the goals
/// are 3.5 s a GiB, and 150 MB above what an idle process has. All processes share the machine, so that the processor time
/// is told too: its limit is all that the cores have in the time of the download.
/// </summary>
/// <param name="length">Bytes of the content.</param>
/// <param name="version">The version of its information.</param>
/// <param name="isCached">Whether what comes goes into a cache too, as it does where nobody says otherwise.</param>
internal sealed class ReceiveFigure(long length, PeerContentVersion version, bool isCached) : IFigure
{
    private const int ManyPeers = 4;
    private const double MostMemory = 150;
    private const double WantedSeconds = 3.5;
    private const double Gibibyte = 1L << 30;

    // More content is only for the memory: one peer, and once.
    private readonly int _rounds = length > Gibibyte ? 1 : 7;
    private readonly int _warmUps = length > Gibibyte ? 0 : 2;
    private readonly int[] _counts = length > Gibibyte ? [1] : [1, ManyPeers];

    public string Name => isCached ? $"receive {version} into file and cache" : $"receive {version}";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using TestFile file = TestFile.Create(length, copies: _counts.Max() + 2);
        string target = Path.Combine(file.Folder, "target.bin");
        HashedContent hashed = await ContentHasher.HashFileAsync(
            file.Location, new HashRequest { Versions = [version], Name = "content" }, default);
        PeerContentInformation information = hashed.Hashes[0].Describe(ServerProcess.Secret, "content");

        using ServerProcess server = await ServerProcess.StartContentServerAsync(file.Location);
        using PeerCrowd peers = await PeerCrowd.StartAsync(file, _counts.Max(), version);
        List<double> plain = [];
        Dictionary<int, List<Turn>> turns = _counts.ToDictionary(count => count, _ => new List<Turn>());
        double[] memory = new double[ManyPeers + 1];

        // In turns, so that all have the same machine; the first ones are for the compilers of all the processes.
        for (int round = 0; round < _warmUps + _rounds; round++)
        {
            double rate = file.Rate(await PlainGet.MeasureAsync(new($"http://{server.Endpoint}/"), target));
            if (round >= _warmUps)
            {
                plain.Add(rate);
            }

            foreach (int count in _counts)
            {
                using var meter = MemoryMeter.Start();
                Turn turn = await TakeTurnAsync(information, peers, count, target);
                memory[count] = Math.Max(memory[count], meter.Stop());
                if (round >= _warmUps)
                {
                    turns[count].Add(turn);
                }
            }
        }

        double limit = Medians.Of(plain);
        foreach (int count in _counts)
        {
            double seconds = Medians.Of(turns[count].Select(turn => turn.Seconds));
            double scale = Gibibyte / length;
            yield return new($"{Name} from {count}, beside a plain GET", length / seconds / 1e6, "MB/s", limit);
            yield return FigureRow.WithGoal($"{Name} from {count}, a GiB", seconds * scale, "s", WantedSeconds);
            yield return new(
                $"{Name} from {count}, processor time a GiB, receiver",
                Medians.Of(turns[count].Select(turn => turn.Receiver)) * scale,
                "s",
                null);
            yield return new(
                $"{Name} from {count}, processor time a GiB, all",
                Medians.Of(turns[count].Select(turn => turn.Receiver + turn.Peers)) * scale,
                "s",
                Environment.ProcessorCount * seconds * scale);
            yield return FigureRow.WithGoal($"{Name} from {count}, memory above idle", memory[count], "MB", MostMemory);
        }

        if (_counts.Contains(ManyPeers))
        {
            yield return new(
                $"{Name} from {ManyPeers}, beside from one",
                length / Medians.Of(turns[ManyPeers].Select(turn => turn.Seconds)) / 1e6,
                "MB/s",
                length / Medians.Of(turns[1].Select(turn => turn.Seconds)) / 1e6);
        }
    }

    private async Task<Turn> TakeTurnAsync(
        PeerContentInformation information, PeerCrowd peers, int count, string target)
    {
        TimeSpan receiver = Environment.CpuUsage.TotalTime;
        TimeSpan others = peers.ProcessorTime;
        TimeSpan time = await ReceiveAsync(information, [.. peers.Endpoints.Take(count)], target);
        return new(
            time.TotalSeconds,
            (Environment.CpuUsage.TotalTime - receiver).TotalSeconds,
            (peers.ProcessorTime - others).TotalSeconds);
    }

    private async Task<TimeSpan> ReceiveAsync(
        PeerContentInformation information, IReadOnlyList<IPEndPoint> peers, string target)
    {
        File.Delete(target);
        string folder = target + ".cache";
        using DataCache? cache = isCached ? ServerProcess.OpenCache(folder) : null;
        using var client = new RetrievalClient(
            new(), SystemRandomSource.Instance, TimeProvider.System, NullLogger<RetrievalClient>.Instance);
        using var downloader = new ContentDownloader(
            new() { Client = client, Finder = new KnownPeers(peers), Cache = cache }, new(), TimeProvider.System, NullLogger.Instance);
        long start = Stopwatch.GetTimestamp();
        DownloadResult result = await downloader.DownloadAsync(information, new() { Path = target }, null, null, default);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        cache?.Dispose();
        if (isCached)
        {
            Directory.Delete(folder, recursive: true);
        }

        return result.Receipt.BytesFromPeers == information.Length
            ? time
            : throw new InvalidOperationException("Not everything came from peers.");
    }

    /// <summary>One download: how long it took, and what it cost, in seconds.</summary>
    private readonly record struct Turn(double Seconds, double Receiver, double Peers);

    /// <summary>Peers with the file in their caches.</summary>
    private sealed class PeerCrowd(IReadOnlyList<ServerProcess> servers) : IDisposable
    {
        public IReadOnlyList<IPEndPoint> Endpoints => [.. servers.Select(server => server.Endpoint)];

        public TimeSpan ProcessorTime => servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + server.ProcessorTime);

        public static async Task<PeerCrowd> StartAsync(TestFile file, int count, PeerContentVersion version)
        {
            List<ServerProcess> servers = [];
            for (int i = 0; i < count; i++)
            {
                servers.Add(await ServerProcess.StartPeerAsync(file.Location, Path.Combine(file.Folder, $"cache{i}"), version));
            }

            return new(servers);
        }

        public void Dispose()
        {
            foreach (ServerProcess server in servers)
            {
                server.Dispose();
            }
        }
    }

    private sealed class KnownPeers(IReadOnlyList<IPEndPoint> peers) : IPeerFinder
    {
        // Nobody is late.
        public event Action<FoundPeer>? FoundLate
        {
            add { }
            remove { }
        }

        public async IAsyncEnumerable<FoundPeer> FindAsync(
            IReadOnlyList<SegmentId> ids, PeerContentVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (IPEndPoint peer in peers)
            {
                yield return new(peer, ids);
            }
        }
    }
}
