using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// A plain GET from the content server, on one connection and on four. The limit is nginx with sendfile and the same file,
/// where it is installed, in turns; the client reads and throws away.
/// </summary>
/// <param name="length">Bytes of the file.</param>
internal sealed class ContentServerFigure(long length) : IFigure
{
    private const int Rounds = 5;
    private const int ReadLength = 256 * 1024;
    private static readonly int[] Connections = [1, 4];

    public string Name => "content server";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using TestFile file = TestFile.Create(length);
        await using NginxProcess? nginx = await NginxProcess.StartAsync(file.Folder);
        using ServerProcess server = await ServerProcess.StartContentServerAsync(file.Location);
        foreach (int connections in Connections)
        {
            var limits = new Medians();
            var rates = new Medians();
            for (int round = 0; round < Rounds; round++)
            {
                if (nginx is not null)
                {
                    limits.Add(await MeasureAsync(file, nginx.Endpoint, connections));
                }

                rates.Add(await MeasureAsync(file, server.Endpoint, connections));
            }

            yield return new($"GET on {connections} connection(s), beside nginx", rates.Middle!.Value, "MB/s", limits.Middle);
        }
    }

    private static async Task<double> MeasureAsync(TestFile file, IPEndPoint endpoint, int connections)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => Get(endpoint, file.Length))));
        return connections * file.Rate(Stopwatch.GetElapsedTime(start));
    }

    private static void Get(IPEndPoint endpoint, long length)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(endpoint);
        socket.Send(Encoding.ASCII.GetBytes("GET /content.bin HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n"));
        byte[] buffer = new byte[ReadLength];
        long received = 0;
        int read;
        while ((read = socket.Receive(buffer)) > 0)
        {
            received += read;
        }

        if (received < length)
        {
            throw new InvalidOperationException($"{endpoint} sent {received} bytes of {length}.");
        }
    }
}
