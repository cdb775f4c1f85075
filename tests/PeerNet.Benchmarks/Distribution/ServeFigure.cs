using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// Blocks that a peer serves from its cache to 64 clients at once, in a process of its own. The limit is encrypting blocks
/// on all processors, and nothing else; the clients, which only read, have the same processors. Then a crowd: all want the same
/// 256 MiB, from the first block to the last.
/// </summary>
internal sealed class ServeFigure : IFigure
{
    private const int Clients = 64;
    private const int BlockLength = 64 * 1024;
    private const long ContentLength = 256L * 1024 * 1024;
    private const int BlockCount = (int)(ContentLength / BlockLength);
    private const double Gibibyte = 1L << 30;

    // What was asked of the server before a block was encrypted once for all: twice its 466 MB/s.
    private const double WantedRate = 932;
    private const double WantedSeconds = 1;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public string Name => "serve blocks";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using TestFile file = TestFile.Create(ContentLength);
        HashedContent hashed = await ContentHasher.HashFileAsync(
            file.Location, new HashRequest { Versions = [PeerContentVersion.V1], Name = "content" }, default);
        PeerContentInformation information = hashed.Hashes[0].Describe(ServerProcess.Secret, "content");
        using ServerProcess server = await ServerProcess.StartPeerAsync(file.Location, Path.Combine(file.Folder, "cache"));

        double limit = await CountAsync(Environment.ProcessorCount, (_, stop) => Task.Run(() => EncryptAll(stop)));
        double served = await CountAsync(Clients, (client, stop) => FetchAsync(
            server.Endpoint, information, client * 61, _ => stop.IsCancellationRequested));
        yield return new($"serve blocks to {Clients} at once", served, "1/s", limit);

        TimeSpan before = server.ProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(
            () => FetchAsync(server.Endpoint, information, first: 0, isOver: count => count == BlockCount))));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        const double Bytes = (double)Clients * ContentLength;
        yield return FigureRow.WithGoal($"crowd of {Clients} for the same 256 MiB", Bytes / seconds / 1e6, "MB/s", WantedRate);
        yield return FigureRow.WithGoal(
            $"crowd of {Clients}, processor time a GiB, server",
            (server.ProcessorTime - before).TotalSeconds * Gibibyte / Bytes,
            "s",
            WantedSeconds);
    }

    private static async Task<double> CountAsync(int workers, Func<int, CancellationToken, Task<long>> work)
    {
        using var stop = new CancellationTokenSource(Duration);
        long start = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => work(worker, stop.Token)));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static long EncryptAll(CancellationToken stop)
    {
        using Aes aes = Aes.Create();
        byte[] block = new byte[BlockLength];
        byte[] encrypted = new byte[BlockLength];
        byte[] vector = new byte[16];
        long count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            aes.EncryptCbc(block, vector, encrypted, PaddingMode.Zeros);
        }

        return count;
    }

    private static async Task<long> FetchAsync(
        IPEndPoint server, PeerContentInformation information, int first, Func<long, bool> isOver)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, CancellationToken.None);
        byte[] buffer = new byte[2 * BlockLength];
        long count = 0;
        for (; !isOver(count); count++)
        {
            int number = (int)((first + count) % BlockCount);
            PeerContentSegment segment = information.Segments[number / BlockSet.Capacity];
            await socket.SendAsync(CreateRequest(segment, number % BlockSet.Capacity));
            if (await ReceiveAsync(socket, buffer) < BlockLength)
            {
                throw new InvalidOperationException("A block did not come.");
            }
        }

        return count;
    }

    private static byte[] CreateRequest(PeerContentSegment segment, int block)
    {
        var message = new GetBlks(segment.Id, BlockSet.Range(block, 1));
        byte[] body = new byte[RetrievalFrame.GetRequestLength(message)];
        RetrievalFrame.WriteRequest(body, message, RetrievalVersion.V1, BlockCipher.Aes128);
        string head = $"POST {RetrievalEndpoint.Path} HTTP/1.1\r\nHost: peer\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    // Bytes of the body, which the message's own prefix tells.
    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer)
    {
        int received = 0;
        int end = -1;
        int body = 0;
        while (end < 0 || received < end)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(received));
            received += count;
            int head = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
            if (count == 0)
            {
                return 0;
            }

            if (end < 0 && head >= 0 && received >= head + 8)
            {
                body = 4 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(head + 4));
                end = head + 4 + body;
            }
        }

        return body;
    }
}
