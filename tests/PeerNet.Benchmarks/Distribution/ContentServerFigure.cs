using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>
/// A plain GET from the content server, on one connection and on four. The limit is nginx with sendfile and the same file,
/// where it is installed; the client reads and throws away.
/// </summary>
/// <param name="length">Bytes of the file.</param>
internal sealed class ContentServerFigure(long length) : IFigure
{
    private const string Nginx = "nginx";
    private const int Rounds = 3;
    private const int ReadLength = 256 * 1024;
    private static readonly int[] Connections = [1, 4];

    public string Name => "content server";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using TestFile file = TestFile.Create(length);
        Dictionary<int, double> limits = await MeasureNginxAsync(file);
        using ServerProcess server = await ServerProcess.StartContentServerAsync(file.Location);
        foreach (int connections in Connections)
        {
            double rate = await MeasureAsync(file, server.Endpoint, connections);
            yield return new(
                $"GET on {connections} connection(s), beside nginx",
                rate,
                "MB/s",
                limits.TryGetValue(connections, out double limit) ? limit : null);
        }
    }

    private static async Task<Dictionary<int, double>> MeasureNginxAsync(TestFile file)
    {
        Dictionary<int, double> rates = [];
        if (FindNginx() is not { } program)
        {
            await Console.Error.WriteLineAsync("nginx is not on PATH: there is no limit for the content server.");
            return rates;
        }

        var endpoint = new IPEndPoint(IPAddress.Loopback, FindPort());
        string configuration = Path.Combine(file.Folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configure(file.Folder, endpoint));
        using Process nginx = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList = { "-p", file.Folder, "-c", configuration, "-e", "stderr" },
            RedirectStandardError = true,
        })!;
        try
        {
            await WaitForAsync(endpoint, nginx);
            foreach (int connections in Connections)
            {
                rates[connections] = await MeasureAsync(file, endpoint, connections);
            }
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync();
        }

        return rates;
    }

    private static string? FindNginx() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, Nginx))
        .FirstOrDefault(File.Exists);

    // One process, so that ending it leaves none behind.
    private static string Configure(string folder, IPEndPoint endpoint) =>
        $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        events { worker_connections 64; }
        http {
            access_log off;
            sendfile on;
            tcp_nopush on;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            server { listen {{endpoint}}; root {{folder}}; }
        }
        """;

    // nginx cannot be told to choose; the port is free now, and most likely still when it starts.
    private static int FindPort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task WaitForAsync(IPEndPoint endpoint, Process process)
    {
        while (!process.HasExited)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endpoint);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }

        throw new InvalidOperationException($"nginx ended: {await process.StandardError.ReadToEndAsync()}");
    }

    private static async Task<double> MeasureAsync(TestFile file, IPEndPoint endpoint, int connections)
    {
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => Get(endpoint, file.Length))));
            best = Math.Max(best, connections * file.Rate(Stopwatch.GetElapsedTime(start)));
        }

        return best;
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
