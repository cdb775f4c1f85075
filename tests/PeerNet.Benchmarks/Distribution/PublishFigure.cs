using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Publishing;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Publishes a GiB. The limit is what two threads get that do nothing but read one half each and hash it, with SHA-256 or
/// with SHA-512; for a file that has not changed, the goal of 50 GB/s.
/// </summary>
internal sealed class PublishFigure(long length) : IFigure
{
    private const int Threads = 2;
    private const int ReadLength = 1024 * 1024;
    private const int Rounds = 3;
    private const double WantedRate = 50_000;

    public string Name => "publish";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using TestFile file = TestFile.Create(length);
        foreach ((PeerContentVersion version, HashAlgorithmName name) in new[]
        {
            (PeerContentVersion.V1, HashAlgorithmName.SHA256),
            (PeerContentVersion.V2, HashAlgorithmName.SHA512),
        })
        {
            double limit = 0;
            double rate = 0;
            double unchanged = 0;
            for (int round = 0; round < Rounds; round++)
            {
                limit = Math.Max(limit, file.Rate(await HashRawAsync(file, name)));
                (TimeSpan first, TimeSpan second) = await PublishAsync(file, version, round);
                rate = Math.Max(rate, file.Rate(first));
                unchanged = Math.Max(unchanged, file.Rate(second));
            }

            yield return new($"publish {version}", rate, "MB/s", limit);
            yield return FigureRow.WithGoal($"publish {version}, unchanged", unchanged, "MB/s", WantedRate);
        }
    }

    private static async Task<TimeSpan> HashRawAsync(TestFile file, HashAlgorithmName name)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            using SafeFileHandle handle = File.OpenHandle(file.Location);
            using IncrementalHash hash = IncrementalHash.CreateHash(name);
            byte[] buffer = new byte[ReadLength];
            long end = file.Length / Threads * (thread + 1);
            int read;
            for (long offset = file.Length / Threads * thread; offset < end; offset += read)
            {
                read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(ReadLength, end - offset)), offset);
                hash.AppendData(buffer, 0, read);
            }

            hash.GetHashAndReset();
        })));
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<(TimeSpan First, TimeSpan Second)> PublishAsync(TestFile file, PeerContentVersion version, int round)
    {
        string folder = Directory.CreateDirectory(Path.Combine(file.Folder, $"{version}-{round}")).FullName;

        // Only of a file that was not written to just now is it known that it has not changed.
        File.SetLastWriteTimeUtc(file.Location, DateTime.UtcNow.AddHours(-1));
        using PublishingDatabase database = PublishingDatabase.Open(Path.Combine(folder, "publishing.db"));
        var time = new LaterTime();
        var publisher = new ContentPublisher(
            database,
            new HashCache(database, time),
            new ServerSecretStore(folder, time, SystemRandomSource.Instance),
            _ => null,
            time,
            NullLogger<ContentPublisher>.Instance);
        var request = new PeerPublishRequest { Path = file.Location, ContentId = "a", Versions = [version] };
        long start = Stopwatch.GetTimestamp();
        await publisher.PublishAsync(request, null, default);
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        await publisher.PublishAsync(request with { ContentId = "b" }, null, default);
        return (first, Stopwatch.GetElapsedTime(start));
    }

    // An hour on, so that the file's last change is past for certain.
    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
