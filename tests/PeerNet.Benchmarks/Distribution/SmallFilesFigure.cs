using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>10,000 files of 4 KiB that a node has published, each asked for in turn on 64 connections that stay. The limits are
/// nginx with sendfile and the same files, where it is installed, in turns; the clients have the same processors. Both have
/// served for a while.</summary>
internal sealed class SmallFilesFigure : IFigure
{
    private const int FileCount = 10_000;
    private const int Connections = 64;
    private const int Rounds = 11;

    // What the just-in-time compiler does to a server is over after some 100,000 requests.
    private const int RoundsBefore = 11;

    public string Name => "content server, small files";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using SmallFiles files = SmallFiles.Create(FileCount);
        await using NginxProcess? nginx = await NginxProcess.StartAsync(files.Combine(""));
        using ServerProcess server = await ServerProcess.StartNodeAsync(files.Folder, files.Combine("node"));
        Medians rates = new();
        Medians costs = new();
        Medians limits = new();
        Medians leastCosts = new();
        for (int round = -RoundsBefore; round < Rounds; round++)
        {
            if (round == 0)
            {
                (rates, costs, limits, leastCosts) = (new(), new(), new(), new());
            }

            if (nginx is not null)
            {
                await MeasureAsync(nginx.Endpoint, () => nginx.ProcessorTime, limits, leastCosts);
            }

            await MeasureAsync(server.Endpoint, () => server.ProcessorTime, rates, costs);
        }

        yield return new("GET of small files, beside nginx", rates.Middle!.Value, "1/s", limits.Middle);
        yield return new("GET of small files, processor time each", costs.Middle!.Value, "us", leastCosts.Middle);
    }

    private static async Task MeasureAsync(IPEndPoint endpoint, Func<TimeSpan> getProcessorTime, Medians rates, Medians costs)
    {
        TimeSpan before = getProcessorTime();
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(first => Task.Run(() => GetAsync(endpoint, first))));
        rates.Add(FileCount / Stopwatch.GetElapsedTime(start).TotalSeconds);
        costs.Add((getProcessorTime() - before).TotalMicroseconds / FileCount);
    }

    private static async Task GetAsync(IPEndPoint endpoint, int first)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint);
        byte[] buffer = new byte[4 * SmallFiles.FileLength];
        for (int number = first; number < FileCount; number += Connections)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /files/{number} HTTP/1.1\r\nHost: {endpoint}\r\n\r\n"));
            await ReceiveAsync(socket, buffer);
        }
    }

    private static async Task ReceiveAsync(Socket socket, byte[] buffer)
    {
        int received = 0;
        int end = int.MaxValue;
        while (received < end)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(received));
            received += read;
            int head = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
            if (read == 0 || (head >= 0 && !buffer.AsSpan(0, received).StartsWith("HTTP/1.1 200"u8)))
            {
                throw new InvalidOperationException($"A file did not come: {Encoding.ASCII.GetString(buffer, 0, received)}");
            }

            end = head < 0 ? end : head + 4 + SmallFiles.FileLength;
        }
    }
}
