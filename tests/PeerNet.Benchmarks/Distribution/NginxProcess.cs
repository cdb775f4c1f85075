using System.Diagnostics;
using System.Net;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>nginx with sendfile, which serves a folder.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const string Program = "nginx";

    private readonly Process _process;

    private NginxProcess(Process process, IPEndPoint endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>What it has cost so far.</summary>
    public TimeSpan ProcessorTime => OtherProgram.ReadProcessorTime(_process);

    /// <summary>Starts it, where it is installed; null where it is not, which is said.</summary>
    public static async Task<NginxProcess?> StartAsync(string folder)
    {
        if (OtherProgram.Find(Program) is not { } program)
        {
            await Console.Error.WriteLineAsync("nginx is not on PATH: there is no limit for the content server.");
            return null;
        }

        IPEndPoint endpoint = OtherProgram.FindEndpoint();
        string configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configure(folder, endpoint));
        Process process = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList = { "-p", folder, "-c", configuration, "-e", "stderr" },
            RedirectStandardError = true,
        })!;
        await OtherProgram.WaitForAsync(endpoint, process);
        return new(process, endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // One process, so that ending it leaves none behind.
    private static string Configure(string folder, IPEndPoint endpoint) =>
        $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        events { worker_connections 256; }
        http {
            access_log off;
            sendfile on;
            tcp_nopush on;
            keepalive_requests 1000000;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            server { listen {{endpoint}}; root {{folder}}; }
        }
        """;
}
