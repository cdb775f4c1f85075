using System.Runtime.InteropServices;
using System.Text;

namespace PeerNet.Engine.Distribution.Settings;

/// <summary>Whether the machine runs on its battery, as far as the system says.</summary>
/// <param name="folder">Where Linux shows its power supplies; null for whatever this system has.</param>
internal sealed class Battery(string? folder = null)
{
    private const string LinuxFolder = "/sys/class/power_supply";

    /// <summary>Whether it does; null where that is not known, which counts as mains.</summary>
    public bool? IsInUse =>
        folder is not null ? ReadLinux(folder)
        : OperatingSystem.IsWindows() ? WindowsPower.IsOnBattery
        : OperatingSystem.IsMacOS() ? MacPower.IsOnBattery
        : ReadLinux(LinuxFolder);

    private static bool? ReadLinux(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? ReadSupplies(folder) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A supply that cannot be read, or was unplugged in between: not known.
            return null;
        }
    }

    // On battery is a machine that has a discharging battery and no mains supply that is online.
    private static bool? ReadSupplies(string folder)
    {
        bool isDischarging = false;
        bool isKnown = false;
        foreach (string supply in Directory.EnumerateDirectories(folder))
        {
            string type = Read(supply, "type");
            if (type == "Battery" && Read(supply, "scope") != "Device")
            {
                isKnown = true;
                isDischarging |= Read(supply, "status") == "Discharging";
            }
            else if (type == "Mains" && Read(supply, "online") == "1")
            {
                return false;
            }
        }

        return isKnown ? isDischarging : null;
    }

    private static string Read(string supply, string attribute)
    {
        string path = Path.Combine(supply, attribute);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }
}

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

/// <summary>What macOS says of the machine's power.</summary>
internal static class MacPower
{
    private const string CoreFoundation = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";
    private const string InputOutputKit = "/System/Library/Frameworks/IOKit.framework/IOKit";
    private const uint Utf8 = 0x08000100; // kCFStringEncodingUTF8
    private const int LongestName = 64;

    /// <summary>Whether the machine runs on a battery, its own or that of a UPS; null where that is not known.</summary>
    public static bool? IsOnBattery
    {
        get
        {
            nint sources = IOPSCopyPowerSourcesInfo();
            if (sources == 0)
            {
                return null;
            }

            try
            {
                // The name is the system's own, and not to be released.
                nint name = IOPSGetProvidingPowerSourceType(sources);
                byte[] text = new byte[LongestName];
                return name != 0 && CFStringGetCString(name, text, text.Length, Utf8) != 0
                    ? Interpret(Encoding.UTF8.GetString(text, 0, Array.IndexOf(text, (byte)0)))
                    : null;
            }
            finally
            {
                CFRelease(sources);
            }
        }
    }

    /// <summary>What the name of the providing source means (IOPSKeys.h).</summary>
    internal static bool? Interpret(string source) => source switch
    {
        "AC Power" => false,
        "Battery Power" or "UPS Power" => true,
        _ => null,
    };

    [DllImport(InputOutputKit)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint IOPSCopyPowerSourcesInfo();

    [DllImport(InputOutputKit)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint IOPSGetProvidingPowerSourceType(nint sources);

    [DllImport(CoreFoundation)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern byte CFStringGetCString(nint text, byte[] buffer, nint length, uint encoding);

    [DllImport(CoreFoundation)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void CFRelease(nint value);
}
