using System.Diagnostics;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Makes files of the kind that hold whoever opens them until somebody writes.</summary>
internal static class Pipes
{
    /// <summary>Makes a FIFO that nobody writes to.</summary>
    public static string Create(string path)
    {
        using Process mkfifo = Process.Start(new ProcessStartInfo("mkfifo", [path]))!;
        mkfifo.WaitForExit();
        return mkfifo.ExitCode == 0 ? path : throw new InvalidOperationException($"mkfifo ended with {mkfifo.ExitCode}.");
    }
}
