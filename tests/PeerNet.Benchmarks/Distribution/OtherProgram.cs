using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PeerNet.Benchmarks.Distribution;

/// <summary>Processes beside this one: programs of others that figures are held against, where they are installed, and our own.</summary>
internal static class OtherProgram
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Where a program is; null where it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>A port for who cannot be told to choose one: it is free now, and most likely still when the program starts.</summary>
    public static IPEndPoint FindEndpoint()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return new(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    /// <summary>What a process has cost so far.</summary>
    public static TimeSpan ReadProcessorTime(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>Waits until a program listens.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public static async Task WaitForAsync(IPEndPoint endpoint, Process process)
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
                await Task.Delay(LookInterval);
            }
        }

        throw new InvalidOperationException($"{process.StartInfo.FileName} ended: {await process.StandardError.ReadToEndAsync()}");
    }
}
