using System.Runtime.InteropServices;
using System.Text;

namespace PeerNet.Engine.Distribution.Settings;

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
