using System.Diagnostics;
using System.Net;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>A tree of 10,000 files of 4 KiB that a node receives from one that has published it, four at once as
/// Receive-PeerContent has them, each checked. The goal is half of what rsync does with the same tree from its daemon, where
/// it is installed, in turns.</summary>
internal sealed class TreeFigure : IFigure
{
    private const int FileCount = 10_000;
    private const int AtOnce = 4;
    private const int Rounds = 3;
    private const double Wanted = 0.5;

    public string Name => "receive a tree";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using SmallFiles files = SmallFiles.Create(FileCount);
        using ServerProcess server = await ServerProcess.StartNodeAsync(files.Folder, files.Combine("publisher"));
        await using PeerNode node = await PublisherNode.StartNodeAsync("receiver", files.Combine("receiver"));
        Medians other = new();
        Medians own = new();
        for (int round = 0; round < Rounds; round++)
        {
            string target = files.Combine($"target{round}");
            if (await MeasureOtherAsync(files, target + ".other") is { } rate)
            {
                other.Add(rate);
            }

            await node.Distribution.ClearCacheAsync([], new(), default);
            own.Add(await MeasureAsync(node, server.Endpoint, Directory.CreateDirectory(target).FullName));
        }

        yield return other.Middle is { } rsync
            ? FigureRow.WithGoal("receive a tree of 10,000 files", own.Middle!.Value, "files/s", Wanted * rsync)
            : new("receive a tree of 10,000 files", own.Middle!.Value, "files/s", null);
    }

    private static async Task<double> MeasureAsync(PeerNode node, IPEndPoint server, string target)
    {
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, FileCount),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (number, token) => await node.Distribution.ReceiveAsync(
                new()
                {
                    Uri = new($"http://{server}/{PublisherNode.Folder}/{number}"),
                    Path = Path.Combine(target, $"{number}"),
                },
                null,
                token));
        return FileCount / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double?> MeasureOtherAsync(SmallFiles files, string target)
    {
        if (OtherProgram.Find("rsync") is not { } program)
        {
            await Console.Error.WriteLineAsync("rsync is not on PATH: there is no goal for a tree.");
            return null;
        }

        IPEndPoint endpoint = OtherProgram.FindEndpoint();
        string configuration = files.Combine("rsync.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            use chroot = no
            uid = {Environment.UserName}
            [files]
            path = {files.Folder}
            """);
        using Process daemon = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList = { "--daemon", "--no-detach", $"--config={configuration}", "--address=127.0.0.1", $"--port={endpoint.Port}" },
            RedirectStandardError = true,
        })!;
        try
        {
            await OtherProgram.WaitForAsync(endpoint, daemon);
            long start = Stopwatch.GetTimestamp();
            using Process client = Process.Start(program, ["-r", $"rsync://{endpoint}/files/", target]);
            await client.WaitForExitAsync();
            return client.ExitCode == 0
                ? FileCount / Stopwatch.GetElapsedTime(start).TotalSeconds
                : throw new InvalidOperationException($"rsync ended with {client.ExitCode}.");
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync();
        }
    }
}
