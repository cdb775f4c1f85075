using System.Diagnostics;

namespace PeerNet.Engine.Tests.Support;

/// <summary>What .NET cannot do with files.</summary>
internal static class UnixFiles
{
    /// <summary>Makes a pipe with a name.</summary>
    public static void MakePipe(string path) => Run("mkfifo", path);

    /// <summary>Gives a file another name.</summary>
    public static void Link(string file, string name) => Run("ln", file, name);

    /// <summary>Gives a file to somebody who has no account here.</summary>
    public static void GiveAway(string path) => Run("chown", "54321", path);

    /// <summary>Gives a link, and not what it leads to, to somebody who has no account here.</summary>
    public static void GiveLinkAway(string link) => Run("chown", "-h", "54321", link);

    private static void Run(string tool, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
