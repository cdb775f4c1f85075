using System.Diagnostics;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Content that a node receives by its address where nobody has chosen anything: information from the content server, peers by
/// discovery, the version that is preferred, a file and the cache. The publisher is a process of its own, which has the content
/// in its cache. The mark is a plain GET of the same bytes into a file, with a SHA-256 pass beside it, in turns.
/// </summary>
/// <param name="length">Bytes of the content.</param>
internal sealed class DefaultReceiveFigure(long length) : IFigure
{
    private const int Rounds = 5;
    private const double Gibibyte = 1L << 30;

    public string Name => "receive as it is by default";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using TestFile file = TestFile.Create(length, copies: 4);
        string content = Directory.CreateDirectory(Path.Combine(file.Folder, "published")).FullName;
        File.Move(file.Location, Path.Combine(content, "content"));
        using ServerProcess server = await ServerProcess.StartNodeAsync(content, Path.Combine(file.Folder, "publisher"));
        await using PeerNode node = await PublisherNode.StartNodeAsync("receiver", Path.Combine(file.Folder, "receiver"));
        var request = new PeerReceiveRequest
        {
            Uri = new($"http://{server.Endpoint}/{PublisherNode.Folder}/content"),
            Path = Path.Combine(file.Folder, "target.bin"),
            Overwrite = true,
        };

        Medians plain = new();
        Medians received = new();
        Medians receiver = new();
        Medians all = new();
        double fromPeers = 0;

        // The first round is for the compilers of both processes.
        for (int round = -1; round < Rounds; round++)
        {
            TimeSpan least = await PlainGet.MeasureAsync(request.Uri, request.Path);
            await node.Distribution.ClearCacheAsync([], new(), default);
            TimeSpan here = Environment.CpuUsage.TotalTime;
            TimeSpan there = server.ProcessorTime;
            long start = Stopwatch.GetTimestamp();
            PeerContentReceipt receipt = await node.Distribution.ReceiveAsync(request, null, default);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double cost = (Environment.CpuUsage.TotalTime - here).TotalSeconds;
            if (round < 0)
            {
                continue;
            }

            plain.Add(least.TotalSeconds);
            received.Add(seconds);
            receiver.Add(cost);
            all.Add(cost + (server.ProcessorTime - there).TotalSeconds);
            fromPeers = (double)receipt.BytesFromPeers / length;
        }

        double scale = Gibibyte / length;
        yield return new("receive by default, beside a plain GET", received.Middle!.Value * scale, "s", plain.Middle * scale);
        yield return new("receive by default, processor time a GiB, receiver", receiver.Middle!.Value * scale, "s", null);
        yield return new("receive by default, processor time a GiB, all", all.Middle!.Value * scale, "s", null);
        yield return new("receive by default, share from peers", fromPeers, "", null);
    }
}
