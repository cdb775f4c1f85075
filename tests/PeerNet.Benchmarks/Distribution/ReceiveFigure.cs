using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Downloads content from the caches of one peer and of four, each a process of its own, decrypted and verified into a file.
/// The mark is a plain GET of the same bytes from a content server into a file, with a SHA-256 pass beside it; the promises
/// are 3.5 s a GiB, and 150 MB above what an idle process has.
/// </summary>
/// <param name="length">Bytes of the content.</param>
internal sealed class ReceiveFigure(long length) : IFigure
{
    private const int ManyPeers = 4;
    private const int CopyLength = 256 * 1024;
    private const double MemoryLimit = 150;
    private const double PromisedSeconds = 3.5;
    private const double Gibibyte = 1L << 30;

    // More content is only for the memory: one peer, and once.
    private readonly int _rounds = length > Gibibyte ? 1 : 4;
    private readonly int[] _counts = length > Gibibyte ? [1] : [1, ManyPeers];

    public string Name => "receive";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using TestFile file = TestFile.Create(length, copies: _counts.Max() + 1);
        string target = Path.Combine(file.Folder, "target.bin");
        HashedContent hashed = await ContentHasher.HashFileAsync(
            file.Location, new HashRequest { Versions = [PeerContentVersion.V1], Name = "content" }, default);
        PeerContentInformation information = hashed.Hashes[0].Describe(ServerProcess.Secret, "content");

        using ServerProcess server = await ServerProcess.StartContentServerAsync(file.Location);
        using PeerCrowd peers = await PeerCrowd.StartAsync(file, _counts.Max());
        double limit = 0;
        double[] rates = new double[ManyPeers + 1];
        double[] memory = new double[ManyPeers + 1];

        // In turns, so that all have the same machine; the first ones are for the compilers.
        for (int round = 0; round < _rounds; round++)
        {
            limit = Math.Max(limit, file.Rate(await GetAsync(server.Endpoint, target)));
            foreach (int count in _counts)
            {
                using var meter = MemoryMeter.Start();
                TimeSpan time = await ReceiveAsync(information, [.. peers.Endpoints.Take(count)], target);
                rates[count] = Math.Max(rates[count], file.Rate(time));
                memory[count] = Math.Max(memory[count], meter.Stop());
            }
        }

        foreach (int count in _counts)
        {
            yield return new($"receive from {count}, beside a plain GET", rates[count], "MB/s", limit);
            yield return new($"receive from {count}, a GiB", Gibibyte / rates[count] / 1e6, "s", PromisedSeconds);
            yield return new($"receive from {count}, memory above idle", memory[count], "MB", MemoryLimit);
        }

        if (_counts.Contains(ManyPeers))
        {
            yield return new($"receive from {ManyPeers}, beside from one", rates[ManyPeers], "MB/s", rates[1]);
        }
    }

    private static async Task<TimeSpan> GetAsync(IPEndPoint server, string target)
    {
        File.Delete(target);
        using var client = new HttpClient();
        byte[] buffer = new byte[CopyLength];
        long start = Stopwatch.GetTimestamp();
        await using Stream source = await client.GetStreamAsync(new Uri($"http://{server}/"));
        using var file = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long written = 0;
        int read;
        while ((read = await source.ReadAsync(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            RandomAccess.Write(file, buffer.AsSpan(0, read), written);
            written += read;
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> ReceiveAsync(
        PeerContentInformation information, IReadOnlyList<IPEndPoint> peers, string target)
    {
        File.Delete(target);
        using var client = new RetrievalClient(
            new(), SystemRandomSource.Instance, TimeProvider.System, NullLogger<RetrievalClient>.Instance);
        var downloader = new ContentDownloader(
            new() { Client = client, Finder = new KnownPeers(peers) }, new(), TimeProvider.System, NullLogger.Instance);
        long start = Stopwatch.GetTimestamp();
        DownloadResult result = await downloader.DownloadAsync(information, new() { Path = target }, null, null, default);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        return result.Receipt.BytesFromPeers == information.Length
            ? time
            : throw new InvalidOperationException("Not everything came from peers.");
    }

    /// <summary>Peers with the file in their caches.</summary>
    private sealed class PeerCrowd(IReadOnlyList<ServerProcess> servers) : IDisposable
    {
        public IReadOnlyList<IPEndPoint> Endpoints => [.. servers.Select(server => server.Endpoint)];

        public static async Task<PeerCrowd> StartAsync(TestFile file, int count)
        {
            List<ServerProcess> servers = [];
            for (int i = 0; i < count; i++)
            {
                servers.Add(await ServerProcess.StartPeerAsync(file.Location, Path.Combine(file.Folder, $"cache{i}")));
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
