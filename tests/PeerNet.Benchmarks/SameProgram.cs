using System.Diagnostics;

namespace PeerNet.Benchmarks;

/// <summary>This program, in another process.</summary>
internal static class SameProgram
{
    /// <summary>How it is started; as a file of dotnet, where this one was.</summary>
    public static ProcessStartInfo Describe(params ReadOnlySpan<string> args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return start;
    }
}
