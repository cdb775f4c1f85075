using System.Diagnostics;
using System.Globalization;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>A node in a process of its own, which does nothing else, so that its memory can be told.</summary>
internal static class NewcomerProcess
{
    private const string Option = "--join-graph";

    /// <summary>Whether this process was started to be one.</summary>
    public static bool IsFor(string[] args) => args is [Option, ..];

    /// <summary>Joins the graph of another process.</summary>
    /// <param name="port">Where that listens.</param>
    public static async Task<NewcomerResult> StartAsync(int port)
    {
        using Process process = Process.Start(SameProgram.Describe(Option, port.ToString(CultureInfo.InvariantCulture)))!;
        string[] values = (await process.StandardOutput.ReadToEndAsync()).Split(' ', StringSplitOptions.TrimEntries);
        await process.WaitForExitAsync();
        return values.Length == 5
            ? new(Read(values[0]), (int)Read(values[1]), Read(values[2]), Read(values[3]), Read(values[4]))
            : throw new InvalidOperationException("The newcomer failed.");
    }

    /// <summary>What the process does.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-newcomer-");
        try
        {
            NewcomerResult result = await JoinAsync(folder.FullName, int.Parse(args[1], CultureInfo.InvariantCulture));
            Console.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Seconds} {result.Records} {result.Most} {result.Held} {result.Reopened}"));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<NewcomerResult> JoinAsync(string folder, int port)
    {
        await using PeerNode node = await RealGraph.StartNodeAsync(folder, "newcomer");
        await node.Graphs.CreateAsync(new() { GraphId = "empty", PeerId = "newcomer", IsListening = true }, default);
        using var meter = MemoryMeter.Start();
        long start = Stopwatch.GetTimestamp();
        await RealGraph.JoinAsync(node, port);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double held = meter.Settle();
        int records = await RealGraph.CountAsync(node);

        await node.Graphs.CloseAsync(RealGraph.GraphId, persist: true, default);
        await node.Graphs.ConnectAsync(new() { GraphId = RealGraph.GraphId }, isAwaited: false, progress: null, default);
        return new(seconds, records, meter.Stop(), held, meter.Settle());
    }

    private static double Read(string value) => double.Parse(value, CultureInfo.InvariantCulture);
}
