using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PeerNet.Benchmarks.NameService;

/// <summary>Another DNS server of this machine that knows one name: unbound or dnsmasq, where they are installed.</summary>
internal sealed class OtherNameServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peernet-benchmark-");
    private Process? _process;

    private OtherNameServer()
    {
    }

    public int Port { get; } = FreePort();

    /// <summary>Starts it; null where it is not installed.</summary>
    public static OtherNameServer? TryStart(string program, string name, IPAddress address)
    {
        var server = new OtherNameServer();
        string port = server.Port.ToString(CultureInfo.InvariantCulture);
        string[] arguments = program == "unbound"
            ? ["-d", "-c", server.WriteConfiguration(port, name, address)]
            :
            [
                "--keep-in-foreground", "--conf-file=/dev/null", $"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces",
                "--no-resolv", "--no-hosts", $"--host-record={name},{address}", $"--pid-file={Path.Combine(server._folder.FullName, "pid")}",
            ];
        try
        {
            server._process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            return server;
        }
        catch (Win32Exception)
        {
            server.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private string WriteConfiguration(string port, string name, IPAddress address)
    {
        string path = Path.Combine(_folder.FullName, "unbound.conf");
        File.WriteAllText(path, $"""
            server:
              interface: 127.0.0.1@{port}
              do-daemonize: no
              use-syslog: no
              username: ""
              chroot: ""
              pidfile: ""
              num-threads: 1
              local-data: "{name}. 60 IN A {address}"
            remote-control:
              control-enable: no
            """);
        return path;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
