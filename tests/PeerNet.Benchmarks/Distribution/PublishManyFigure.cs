using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Publishing;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Publishes many files of 4 KiB below one prefix of a node, and withdraws them. The limit is the publisher alone, which
/// hashes them and writes the rows, and serves nothing.
/// </summary>
internal sealed class PublishManyFigure(int count) : IFigure
{
    private const int FileLength = 4096;

    public string Name => "publish-many";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        string folder = Directory.CreateTempSubdirectory("peernet-many-").FullName;
        try
        {
            string[] files = CreateFiles(folder);
            (double published, double withdrawn) limit = await MeasurePublisherAsync(folder, files);
            (double published, double withdrawn) = await MeasureNodeAsync(folder, files);
            yield return new($"publish {count} files", published, "files/s", limit.published);
            yield return new($"unpublish {count} files", withdrawn, "files/s", limit.withdrawn);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PeerPublishRequest Request(string file) => new() { ContentId = Path.GetFileName(file), Path = file };

    private static double Rate(int files, long start) => files / Stopwatch.GetElapsedTime(start).TotalSeconds;

    private string[] CreateFiles(string folder)
    {
        string content = Directory.CreateDirectory(Path.Combine(folder, "content")).FullName;
        var random = new Random(1);
        byte[] bytes = new byte[FileLength];
        return
        [
            .. Enumerable.Range(0, count).Select(index =>
            {
                string file = Path.Combine(content, $"{index}");
                random.NextBytes(bytes);
                File.WriteAllBytes(file, bytes);
                return file;
            }),
        ];
    }

    private static async Task<(double Published, double Withdrawn)> MeasurePublisherAsync(string folder, string[] files)
    {
        string state = Directory.CreateDirectory(Path.Combine(folder, "publisher")).FullName;
        using PublishingDatabase database = PublishingDatabase.Open(Path.Combine(state, "publishing.db"));
        var publisher = new ContentPublisher(
            database,
            new HashCache(database, TimeProvider.System),
            new ServerSecretStore(state, TimeProvider.System, SystemRandomSource.Instance),
            _ => null,
            TimeProvider.System,
            NullLogger<ContentPublisher>.Instance);
        long start = Stopwatch.GetTimestamp();
        foreach (string file in files)
        {
            await publisher.PublishAsync(Request(file), null, default);
        }

        double published = Rate(files.Length, start);
        start = Stopwatch.GetTimestamp();
        foreach (string file in files)
        {
            publisher.Unpublish(Path.GetFileName(file));
        }

        return (published, Rate(files.Length, start));
    }

    private static async Task<(double Published, double Withdrawn)> MeasureNodeAsync(string folder, string[] files)
    {
        string prefix = $"http://{OtherProgram.FindEndpoint()}/{PublisherNode.Folder}/";
        await using PeerNode node = await PublisherNode.StartNodeAsync("many", Path.Combine(folder, "node"));
        long start = Stopwatch.GetTimestamp();
        foreach (string file in files)
        {
            PeerPublishRequest request = Request(file) with { HttpPrefix = prefix, ServedAs = Path.GetFileName(file) };
            await node.Distribution.PublishAsync(request, null, default);
        }

        double published = Rate(files.Length, start);
        start = Stopwatch.GetTimestamp();
        foreach (string file in files)
        {
            await node.Distribution.UnpublishAsync(Path.GetFileName(file), default);
        }

        return (published, Rate(files.Length, start));
    }
}
