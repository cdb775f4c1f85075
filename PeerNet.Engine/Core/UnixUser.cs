using System.Runtime.InteropServices;

namespace PeerNet.Engine.Core;

/// <summary>The user of this process, as Unix numbers users; not on Windows.</summary>
internal static class UnixUser
{
    /// <summary>The administrator.</summary>
    public const uint Root = 0;

    /// <summary>The user whose rights this process has.</summary>
    public static uint Current { get; } = GetUser();

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint GetUser();
}
