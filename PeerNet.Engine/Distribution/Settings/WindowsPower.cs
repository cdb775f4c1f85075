using System.Runtime.InteropServices;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>What Windows says of the machine's power.</summary>
internal static class WindowsPower
{
    private const byte Offline = 0;
    private const byte Online = 1;

    /// <summary>Whether the machine runs on its battery; null where that is not known.</summary>
    public static bool? IsOnBattery => GetSystemPowerStatus(out PowerStatus status) ? Interpret(status.Line) : null;

    /// <summary>What the state of the line means.</summary>
    /// <param name="line">ACLineStatus of SYSTEM_POWER_STATUS.</param>
    internal static bool? Interpret(byte line) => line switch
    {
        Offline => true,
        Online => false,
        _ => null,
    };

    [DllImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetSystemPowerStatus(out PowerStatus status);

    // SYSTEM_POWER_STATUS
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct PowerStatus
    {
        public readonly byte Line;
        public readonly byte Battery;
        public readonly byte Percent;
        public readonly byte Saver;
        public readonly uint Left;
        public readonly uint Full;
    }
}
